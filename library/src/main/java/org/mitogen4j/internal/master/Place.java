package org.mitogen4j.internal.master;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Where some of the program's classes and resources come from: a jar, a folder, a module. */
final class Place {
  private static final String VERSIONS = "META-INF/versions/";
  private static final int MAX_FILES = 200_000;

  /** Folders below folders that are looked through. */
  private static final int MAX_DEPTH = 64;

  private enum Kind {
    JAR,
    FOLDER,
    MODULE,
    OTHER
  }

  final int number;
  final String name;
  private final Kind kind;
  private final URL sample;

  /** What the URLs of all that is in here begin with. */
  private final String base;

  private final File folder;
  private final ModulePath modules;

  /** Where a class loader of its own kind found what; only these can be had there. */
  private final Map<String, URL> others = new ConcurrentHashMap<>();

  private volatile Map<String, Long> jarIndex;

  /** Kept while there is memory: it is looked at for each package. */
  private volatile SoftReference<Manifest> manifest = new SoftReference<>(null);

  private volatile Set<Integer> allVersions;

  /** Null until it is opened, or when it turned out to be closed. */
  private volatile JarFile jar;

  private Place(
      int number,
      Kind kind,
      String name,
      URL sample,
      String base,
      File folder,
      ModulePath modules) {
    this.number = number;
    this.kind = kind;
    this.name = name;
    this.sample = sample;
    this.base = base;
    this.folder = folder;
    this.modules = modules;
  }

  /** What the URLs of all that is in the place begin with in which a resource was found. */
  static String base(URL url, String resource) {
    String text = url.toString();
    int entry = text.lastIndexOf("!/");
    if (url.getProtocol().equals("jar") && entry >= 0) {
      return text.substring(0, entry + 2);
    } else if (url.getProtocol().equals("jrt")) {
      int slash = text.indexOf('/', "jrt:/".length());
      return slash < 0 ? text : text.substring(0, slash + 1);
    } else if (url.getProtocol().equals("file")) {
      File file = folder(url, resource);
      return file == null ? text : file.toURI().toString();
    }
    int at = text.lastIndexOf(resource);
    return at < 0 ? text : text.substring(0, at);
  }

  static Place of(int number, URL url, String resource, ModulePath modules) {
    String base = base(url, resource);
    Kind kind = Kind.OTHER;
    File folder = null;
    if (url.getProtocol().equals("jar") && base.endsWith("!/")) {
      kind = Kind.JAR;
    } else if (url.getProtocol().equals("jrt")) {
      kind = Kind.MODULE;
    } else if (url.getProtocol().equals("file")) {
      folder = folder(url, resource);
      kind = folder == null ? Kind.OTHER : Kind.FOLDER;
    }
    return new Place(number, kind, name(base), url, base, folder, modules);
  }

  private static File folder(URL url, String resource) {
    try {
      File file = new File(url.toURI());
      for (String part : resource.split("/")) {
        if (!part.isEmpty() && file != null) {
          file = file.getParentFile();
        }
      }
      return file;
    } catch (URISyntaxException | IllegalArgumentException e) {
      return null;
    }
  }

  /** The last part of a URL that says something: that of the jar, not where in the master it is. */
  private static String name(String base) {
    String name = base.replaceAll("[!/]+$", "");
    name = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
    name = name.startsWith("!") ? name.substring(1) : name;
    return name.isEmpty() ? "program" : name.replaceAll("[^A-Za-z0-9._+-]", "_");
  }

  /** Remembers where something is that can't be found by its name only. */
  void remember(String resource, URL url) {
    if (kind == Kind.OTHER && others.size() < MAX_FILES) {
      others.put(resource, url);
    }
  }

  private JarFile jar() throws IOException {
    JarFile open = jar;
    if (open == null) {
      open = openJar();
      jar = open;
    }
    return open;
  }

  private JarFile openJar() throws IOException {
    URLConnection connection = new URL(sample, base).openConnection();
    if (!(connection instanceof JarURLConnection)) {
      throw new FileNotFoundException(base + " does not open as a jar");
    }
    return ((JarURLConnection) connection).getJarFile();
  }

  /** Opens a file in here; the whole of it as a jar where the name is empty. */
  InputStream open(String file) throws IOException {
    if (file.isEmpty()) {
      return openAll();
    }
    switch (kind) {
      case JAR:
        try {
          return open(jar(), file);
        } catch (IllegalStateException closed) {
          jar = null;
          return open(jar(), file); // by the program; the JDK opens it anew
        }
      case FOLDER:
        File there = new File(folder, file);
        if (!there.isFile()) {
          throw new FileNotFoundException(file + " in " + name);
        }
        return Files.newInputStream(there.toPath());
      case MODULE:
        return new URL(base + file).openStream();
      default:
        URL url = others.get(file);
        if (url == null) {
          throw new FileNotFoundException(file + " in " + name);
        }
        return url.openStream();
    }
  }

  private InputStream open(JarFile jar, String file) throws IOException {
    ZipEntry entry = jar.getEntry(file);
    InputStream in = entry == null || entry.isDirectory() ? null : jar.getInputStream(entry);
    if (in == null) {
      throw new FileNotFoundException(file + " in " + name);
    }
    return in;
  }

  private InputStream openAll() throws IOException {
    if (kind == Kind.JAR) {
      String inner = base.substring("jar:".length(), base.length() - "!/".length());
      try {
        return new URL(inner).openStream();
      } catch (IOException e) {
        // not a file of its own, as a folder in a jar: made up below
      }
    }
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(jar)) {
      out.setLevel(Deflater.NO_COMPRESSION); // its pieces are deflated to travel
      for (Map.Entry<String, Long> e : index().entrySet()) {
        out.putNextEntry(new ZipEntry(e.getKey()));
        if (e.getValue() >= 0) {
          try (InputStream in = open(e.getKey())) {
            byte[] buf = new byte[8192];
            for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
              out.write(buf, 0, n);
            }
          }
        }
        out.closeEntry();
      }
    }
    return new java.io.ByteArrayInputStream(jar.toByteArray());
  }

  /** In bytes; -1 for a folder, null where there is no such. */
  Long size(String file) throws IOException {
    switch (kind) {
      case FOLDER:
        File there = new File(folder, file);
        return there.isDirectory() ? Long.valueOf(-1) : there.isFile() ? there.length() : null;
      case OTHER:
        return others.containsKey(file) ? Long.valueOf(count(file)) : null;
      default:
        Long size = index().get(file);
        return size == null ? index().get(file + "/") : size;
    }
  }

  private long count(String file) throws IOException {
    long size = 0;
    try (InputStream in = open(file)) {
      byte[] buf = new byte[8192];
      for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
        size += n;
      }
    }
    return size;
  }

  long modified(String file) throws IOException {
    if (kind == Kind.FOLDER) {
      return new File(folder, file).lastModified();
    } else if (kind == Kind.JAR) {
      ZipEntry entry = jar().getEntry(file);
      return entry == null ? 0 : entry.getTime();
    }
    return 0;
  }

  /** Sizes of all that is in here, -1 for folders, by name. */
  Map<String, Long> index() throws IOException {
    switch (kind) {
      case JAR:
        Map<String, Long> index = jarIndex;
        if (index == null) {
          index = new LinkedHashMap<>();
          for (Enumeration<JarEntry> e = jar().entries(); e.hasMoreElements(); ) {
            JarEntry entry = e.nextElement();
            index.put(entry.getName(), entry.isDirectory() ? -1 : entry.getSize());
          }
          jarIndex = index;
        }
        return index;
      case FOLDER:
        return folderIndex();
      case MODULE:
        return moduleIndex();
      default:
        Map<String, Long> known = new TreeMap<>();
        for (String file : others.keySet()) {
          known.put(file, size(file));
        }
        return known;
    }
  }

  private Map<String, Long> moduleIndex() throws IOException {
    Map<String, Long> index = jarIndex;
    if (index == null) {
      index = new TreeMap<>();
      for (String file : modules.list(name)) {
        long size =
            file.endsWith("/") ? -1 : new URL(base + file).openConnection().getContentLengthLong();
        index.put(file, size);
        for (int slash = file.indexOf('/'); slash >= 0; slash = file.indexOf('/', slash + 1)) {
          index.put(file.substring(0, slash + 1), -1L);
        }
      }
      jarIndex = index;
    }
    return index;
  }

  private Map<String, Long> folderIndex() throws IOException {
    Map<String, Long> index = new TreeMap<>();
    Path root = folder.toPath();
    Files.walkFileTree(
        root,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        MAX_DEPTH,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
            if (!path.equals(root)) {
              index.put(name(path) + "/", -1L);
            }
            return index.size() < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
          }

          @Override
          public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              index.put(name(path), attributes.size());
            }
            return index.size() < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path path, IOException e) {
            return FileVisitResult.CONTINUE; // a link that leads nowhere, or in a circle
          }

          private String name(Path path) {
            return root.relativize(path).toString().replace(File.separatorChar, '/');
          }
        });
    return index;
  }

  /** That of a jar; null for none. */
  Manifest manifest() throws IOException {
    Manifest known = manifest.get();
    if (kind != Kind.JAR || known != null) {
      return known;
    }
    try (InputStream in = open(JarFile.MANIFEST_NAME)) {
      known = new Manifest(in);
      manifest = new SoftReference<>(known);
      return known;
    } catch (FileNotFoundException none) {
      return null;
    }
  }

  /** The Java versions for which a file has a variant of its own. */
  Set<Integer> variants(String file) throws IOException {
    Set<Integer> versions = new TreeSet<>();
    for (int version : versions()) {
      if (index().containsKey(variant(file, version))) {
        versions.add(version);
      }
    }
    return versions;
  }

  static String variant(String file, int version) {
    return version == 0 ? file : VERSIONS + version + "/" + file;
  }

  /** The Java versions for which anything here has a variant. */
  Set<Integer> versions() throws IOException {
    Set<Integer> versions = allVersions;
    if (versions == null) {
      versions = new TreeSet<>();
      Manifest manifest = manifest();
      if (manifest != null
          && "true".equalsIgnoreCase(manifest.getMainAttributes().getValue("Multi-Release"))) {
        for (String file : index().keySet()) {
          int slash = file.indexOf('/', VERSIONS.length());
          if (file.startsWith(VERSIONS) && slash > 0) {
            String version = file.substring(VERSIONS.length(), slash);
            if (version.matches("[1-9][0-9]{0,3}")) {
              versions.add(Integer.parseInt(version));
            }
          }
        }
      }
      allVersions = versions;
    }
    return versions;
  }

  /** Whether it is a jar by itself, not one in a jar. */
  boolean isJarFile() {
    return kind == Kind.JAR
        && base.startsWith("jar:file:")
        && base.indexOf("!/") == base.length() - 2;
  }

  /** Whether its files never change while the program runs, so that sizes can be relied on. */
  boolean isJar() {
    return kind == Kind.JAR;
  }
}
