package org.mitogen4j.internal.master;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.SoftReference;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** A jar, folder or module that some of the program's classes and resources come from. */
final class Place {
  private static final String VERSIONS = "META-INF/versions/";
  private static final int MAX_FILES = 200_000;
  private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+[.](SF|sf)");

  /** The most levels of folders that are looked through. */
  private static final int MAX_DEPTH = 64;

  /** The most bytes that a jar has inside which is put together in memory. */
  private static final long MAX_MADE = 1 << 26;

  private enum Kind {
    JAR,
    FOLDER,
    MODULE,
    /** A place of a class loader with a URL scheme of its own. */
    OTHER
  }

  final int number;
  final String name;
  private final Kind kind;
  private final URL sample;

  /** The beginning of the URLs of all files in this place. */
  private final String base;

  private final File folder;
  private final ModulePath modules;

  /**
   * The names in a jar file; read without java.util.zip, which makes many objects. Null for others.
   */
  private final JarNames contents;

  /** For {@link Kind#OTHER}: the URLs that the class loader found, by name; no others are known. */
  private final Map<String, URL> others = new ConcurrentHashMap<>();

  private volatile Map<String, Long> jarIndex;

  /** Kept while there is memory: it is looked at for each package. */
  private volatile SoftReference<Manifest> manifest = new SoftReference<>(null);

  private volatile Set<Integer> allVersions;

  /** Null until somebody asks. */
  private volatile Boolean signed;

  /** The opened jar; null before, and when it turned out to be closed. */
  private volatile ZipFile jar;

  private Place(
      int number,
      Kind kind,
      String name,
      URL sample,
      String base,
      File folder,
      ModulePath modules,
      ClassPaths paths) {
    this.number = number;
    this.kind = kind;
    this.name = name;
    this.sample = sample;
    this.base = base;
    this.folder = folder;
    this.modules = modules;
    contents = isJarFile() ? paths.jarIfReadable(file()) : null;
  }

  /** The beginning of the URLs of all files in the place that contains a resource. */
  static String base(URL url, String resource) {
    String text = url.toString();
    int entry = text.lastIndexOf("!/");
    for (int in = resource.indexOf("!/"); in >= 0; in = resource.indexOf("!/", in + 1)) {
      entry = text.lastIndexOf("!/", entry - 1); // the last ones are the resource's own
    }
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

  static Place of(int number, URL url, String resource, ModulePath modules, ClassPaths paths) {
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
    return new Place(number, kind, name(base), url, base, folder, modules, paths);
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

  /** The name of a place for children: the last part of its URL, without the master's folders. */
  private static String name(String base) {
    String name = base.replaceAll("[!/]+$", "");
    name = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
    name = name.startsWith("!") ? name.substring(1) : name;
    return name.isEmpty() ? "program" : name.replaceAll("[^A-Za-z0-9._+-]", "_");
  }

  /** The jar or folder; null for a place that is no file. */
  File file() {
    if (!isJarFile()) {
      return folder;
    }
    try {
      String jar = base.substring("jar:".length(), base.length() - "!/".length());
      return new File(new URI(jar));
    } catch (URISyntaxException | IllegalArgumentException e) {
      return null;
    }
  }

  /** Remembers the URL of a resource if the place can't be asked for it by name. */
  void remember(String resource, URL url) {
    if (kind == Kind.OTHER && others.size() < MAX_FILES) {
      others.put(resource, url);
    }
  }

  private ZipFile jar() throws IOException {
    ZipFile open = jar;
    if (open == null) {
      open = openJar();
      jar = open;
    }
    return open;
  }

  private ZipFile openJar() throws IOException {
    if (contents != null && contents.isPlain) {
      return new ZipFile(file()); // a JarFile would look into manifest and signatures
    }
    URLConnection connection = new URL(sample, base).openConnection();
    if (!(connection instanceof JarURLConnection)) {
      throw new FileNotFoundException(base + " does not open as a jar");
    }
    return ((JarURLConnection) connection).getJarFile();
  }

  /** Opens a file of this place; if the name is empty, the whole place as a jar. */
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
          return open(jar(), file); // the program had closed it; the JDK opens it anew
        }
      case FOLDER:
        File there = new File(folder, file);
        if (!there.isFile()) {
          throw new FileNotFoundException(file + " in " + name);
        }
        return new FileInputStream(there); // without channels, which load many classes
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

  private InputStream open(ZipFile jar, String file) throws IOException {
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
        // no file of its own, such as a folder in a jar: packed below
      }
    }
    Map<String, Long> files = index();
    long size = files.values().stream().mapToLong(file -> Math.max(0, file)).sum();
    if (size > MAX_MADE) {
      throw new IOException(
          name
              + " has "
              + size
              + " bytes in its files, and "
              + MAX_MADE
              + " is the most of which a jar is made in memory: put the program into a jar, or open"
              + " its files one by one");
    }
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(jar)) {
      out.setLevel(Deflater.NO_COMPRESSION); // its pieces are deflated when they are sent
      for (Map.Entry<String, Long> e : files.entrySet()) {
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

  /** The size of a file in bytes; -1 for a folder, null if there is neither. */
  Long size(String file) throws IOException {
    switch (kind) {
      case FOLDER:
        File there = new File(folder, file);
        return there.isDirectory() ? Long.valueOf(-1) : there.isFile() ? there.length() : null;
      case OTHER:
        return others.containsKey(file) ? Long.valueOf(count(file)) : null;
      default:
        if (contents != null) {
          return sizeInJar(file);
        }
        Long size = index().get(file);
        return size == null ? index().get(file + "/") : size;
    }
  }

  private Long sizeInJar(String file) throws IOException {
    boolean isFolder = contents.names.has(file.endsWith("/") ? file : file + "/");
    ZipEntry entry = contents.names.has(file) ? fileEntry(file, isFolder) : null;
    return entry != null ? Long.valueOf(entry.getSize()) : isFolder ? Long.valueOf(-1) : null;
  }

  /**
   * An entry that is no folder's; null for none.
   *
   * @param isFolder whether there is a folder of the name: then the table of contents does not tell
   *     whether there is a file, too
   */
  private ZipEntry fileEntry(String file, boolean isFolder) throws IOException {
    ZipEntry entry = file.endsWith("/") ? null : entry(file);
    return entry == null || isFolder && entry.getName().endsWith("/") ? null : entry;
  }

  /** Whether it has a file. */
  boolean has(String file) throws IOException {
    return contents == null
        ? index().containsKey(file)
        : contents.names.has(file)
            && (!contents.names.has(file + "/") || fileEntry(file, true) != null);
  }

  private ZipEntry entry(String file) throws IOException {
    try {
      return jar().getEntry(file);
    } catch (IllegalStateException closed) {
      jar = null; // the program had closed it; the JDK opens it anew
      return jar().getEntry(file);
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

  /** When a file was modified, in milliseconds since 1970; 0 if that is not known. */
  long modified(String file) throws IOException {
    if (kind == Kind.FOLDER) {
      return new File(folder, file).lastModified();
    } else if (isJarFile()) {
      File jarFile = file();
      return jarFile == null ? 0 : jarFile.lastModified(); // as JarURLConnection tells
    } else if (kind == Kind.JAR) {
      ZipEntry entry = entry(file);
      return entry == null ? 0 : entry.getTime();
    }
    return 0;
  }

  /** The sizes of all files in this place in bytes, and -1 for folders, by name. */
  Map<String, Long> index() throws IOException {
    switch (kind) {
      case JAR:
        Map<String, Long> index = jarIndex;
        if (index == null) {
          index = new LinkedHashMap<>();
          for (Enumeration<? extends ZipEntry> e = jar().entries(); e.hasMoreElements(); ) {
            ZipEntry entry = e.nextElement();
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

  /** The manifest of a jar; null if there is none. */
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

  /** Whether it is a jar that somebody signed. */
  boolean isSigned() throws IOException {
    Boolean known = signed;
    if (known == null) {
      boolean found = false;
      if (kind == Kind.JAR) {
        for (String file : index().keySet()) {
          found |= SIGNATURE.matcher(file).matches();
        }
      }
      signed = found;
      return found;
    }
    return known;
  }

  /**
   * The certificates of the signers of the first class in a jar; empty for none.
   *
   * @throws SecurityException when the class is not as it was signed
   */
  List<Certificate> certificates() throws IOException {
    for (String file : isSigned() ? index().keySet() : Collections.<String>emptySet()) {
      if (file.endsWith(".class") && !file.startsWith("META-INF/")) {
        JarFile jar = (JarFile) jar();
        JarEntry entry = jar.getJarEntry(file);
        try (InputStream in = jar.getInputStream(entry)) {
          byte[] buf = new byte[8192];
          while (in.read(buf) >= 0) {
            // only what was read to its end is verified
          }
        }
        Certificate[] all = entry.getCertificates();
        return all == null ? Collections.emptyList() : Arrays.asList(all);
      }
    }
    return Collections.emptyList();
  }

  /** The Java versions for which a multi-release jar has a variant of a file. */
  Set<Integer> variants(String file) throws IOException {
    Set<Integer> versions = new TreeSet<>();
    for (int version : versions()) {
      if (has(variant(file, version))) {
        versions.add(version);
      }
    }
    return versions;
  }

  /** The name of a file's variant for a Java version; the file itself for 0. */
  static String variant(String file, int version) {
    return version == 0 ? file : VERSIONS + version + "/" + file;
  }

  /** The Java versions for which a multi-release jar has a variant of any file. */
  Set<Integer> versions() throws IOException {
    Set<Integer> versions = allVersions;
    if (versions == null) {
      versions = new TreeSet<>();
      boolean mayHave = contents == null || !contents.versions.isEmpty();
      Manifest manifest = mayHave ? manifest() : null;
      if (manifest != null
          && "true".equalsIgnoreCase(manifest.getMainAttributes().getValue("Multi-Release"))) {
        for (String version : contents == null ? versionFolders() : contents.versions) {
          if (version.matches("[1-9][0-9]{0,3}")) {
            versions.add(Integer.parseInt(version));
          }
        }
      }
      allVersions = versions;
    }
    return versions;
  }

  private Set<String> versionFolders() throws IOException {
    Set<String> folders = new TreeSet<>();
    for (String file : index().keySet()) {
      int slash = file.indexOf('/', VERSIONS.length());
      if (file.startsWith(VERSIONS) && slash > 0) {
        folders.add(file.substring(VERSIONS.length(), slash));
      }
    }
    return folders;
  }

  /** Whether it is a jar that is a file, not one in a jar. */
  boolean isJarFile() {
    return kind == Kind.JAR
        && base.startsWith("jar:file:")
        && base.indexOf("!/") == base.length() - 2;
  }

  /** Whether it is a jar: its files do not change while the program runs. */
  boolean isJar() {
    return kind == Kind.JAR;
  }
}
