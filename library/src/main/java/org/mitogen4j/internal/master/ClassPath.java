package org.mitogen4j.internal.master;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The jars and folders in which a class loader and its parents look, in their order. Finds class
 * files faster than the class loader, which searches all of the JDK's modules for each. The class
 * loader is asked for one class of each package and place. If it finds this class in the same
 * place, or none where this has none, it is not asked for the others. Thread safe.
 */
final class ClassPath {
  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  @GuardedBy("this")
  private final Deque<File> unopened = new ArrayDeque<>();

  @GuardedBy("this")
  private final Set<File> looked = new HashSet<>();

  /** Folders, with a slash at their end, of which neither this nor the class loader has a class. */
  private final Set<String> absent = ConcurrentHashMap.newKeySet();

  private final boolean isListed;

  /**
   * Lists the jars and folders; it has none if those of the class loader can't be listed. They are
   * opened when they are needed.
   */
  ClassPath(ClassLoader loader) {
    Deque<List<File>> all = new ArrayDeque<>();
    isListed = list(loader, all);
    if (isListed) {
      all.forEach(unopened::addAll);
    }
  }

  private static boolean list(ClassLoader loader, Deque<List<File>> all) {
    ClassLoader jdk = ClassLoader.getSystemClassLoader().getParent();
    try {
      for (ClassLoader l = loader; l != null && l != jdk; l = l.getParent()) {
        List<File> files = filesOf(l);
        if (files == null) {
          return false;
        }
        all.push(files); // parents are asked first
      }
      return true;
    } catch (URISyntaxException | IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * The jars and folders in which a class loader itself looks; null if they can't be listed, as for
   * loaders that make classes, named modules, and jars in jars.
   */
  static List<File> filesOf(ClassLoader loader) throws URISyntaxException {
    List<File> files = new ArrayList<>();
    boolean isSystem = loader == ClassLoader.getSystemClassLoader();
    if (loader.getClass() == URLClassLoader.class || isSystem && loader instanceof URLClassLoader) {
      for (URL url : ((URLClassLoader) loader).getURLs()) {
        if (!url.getProtocol().equals("file")) {
          return null;
        }
        files.add(new File(url.toURI()));
      }
      return files;
    } else if (!isSystem
        || !loader.getClass().getName().startsWith("jdk.internal.")
        || System.getProperty("jdk.module.path") != null
        || System.getProperty("jdk.module.main") != null) {
      return null;
    }
    for (String place : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
      files.add(new File(place).getAbsoluteFile());
    }
    return files;
  }

  /** The jars and folders that the manifest of a jar adds to the class path. */
  static List<File> filesOf(File jar, Manifest manifest) throws IOException, URISyntaxException {
    List<File> files = new ArrayList<>();
    String paths =
        manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
    for (String path : paths == null ? new String[0] : paths.trim().split(" +")) {
      URL url = new URL(jar.toURI().toURL(), path);
      if (!url.getProtocol().equals("file")) {
        throw new IOException(url + " is no file");
      }
      files.add(new File(url.toURI()));
    }
    return files;
  }

  /** Closes the jars; nothing is found from then on. */
  synchronized void close() {
    unopened.clear();
    for (Entry entry : entries) {
      try {
        if (entry.jar != null) {
          entry.jar.close();
        }
      } catch (IOException e) {
        // the jar was only read, so nothing is lost
      }
    }
  }

  /** The first jar or folder that has a class file; null for none, and if one can't be read. */
  Entry find(String path) {
    String folder = folder(path);
    try {
      for (int i = 0; i < entries.size() || openNext(i); i++) {
        Entry entry = entries.get(i);
        if (entry.has(folder, path)) {
          return entry;
        }
      }
      return null;
    } catch (IOException
        | URISyntaxException
        | IllegalArgumentException
        | IllegalStateException e) { // closed
      return null; // the class loader may find it
    }
  }

  /**
   * Adds the jars and folders that have a folder.
   *
   * @param folder its name, with a slash at its end
   * @return whether these are all that the class loader can find
   */
  boolean addPlaces(String folder, Set<File> places) {
    try {
      for (int i = 0; i < entries.size() || openNext(i); i++) {
        Entry entry = entries.get(i);
        if (entry.hasFolder(folder)) {
          places.add(entry.file);
        }
      }
      return isListed;
    } catch (IOException
        | URISyntaxException
        | IllegalArgumentException
        | IllegalStateException e) { // closed
      return false;
    }
  }

  /** Whether the class loader may find a resource; a guess. */
  boolean mayHave(String resource) {
    return !isListed || find(resource) != null;
  }

  private static String folder(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  /** Whether the class loader need not be asked for a class file that is not found here. */
  boolean lacks(String path) {
    return absent.contains(folder(path));
  }

  /** Notes that neither this nor the class loader finds a class file. */
  void noteAbsent(String path) {
    if (isListed) {
      absent.add(folder(path));
    }
  }

  /**
   * Opens the next jar or folder.
   *
   * @param count the number of entries that the caller has seen
   * @return whether there are more
   */
  private synchronized boolean openNext(int count) throws IOException, URISyntaxException {
    while (entries.size() <= count && !unopened.isEmpty()) {
      File file = unopened.element();
      if (looked.add(file) && file.exists()) {
        Entry entry = new Entry(file);
        List<File> others = othersOf(entry);
        unopened.remove();
        for (int i = others.size() - 1; i >= 0; i--) {
          unopened.push(others.get(i)); // class loaders look there before the rest
        }
        entries.add(entry);
      } else {
        unopened.remove();
      }
    }
    return entries.size() > count;
  }

  private static List<File> othersOf(Entry entry) throws IOException, URISyntaxException {
    boolean isRead = false;
    try {
      List<File> others = entry.others();
      isRead = true;
      return others;
    } finally {
      if (!isRead && entry.jar != null) {
        entry.jar.close();
      }
    }
  }

  /** A jar or folder. */
  static final class Entry {
    private final File file;

    /** The opened jar; null for a folder. */
    private final ZipFile jar;

    /** Whether the folder has a folder, by its name with slashes. */
    private final Map<String, Boolean> folders = new ConcurrentHashMap<>();

    /** The place of this entry, by each folder in which the class loader found a class here. */
    private final Map<String, Place> places = new ConcurrentHashMap<>();

    private Entry(File file) throws IOException {
      this.file = file;
      jar = file.isDirectory() ? null : new ZipFile(file);
    }

    private boolean has(String folder, String path) {
      if (jar != null) {
        return jar.getEntry(path) != null;
      }
      return hasFolder(folder) && new File(file, path).isFile();
    }

    private boolean hasFolder(String folder) {
      return jar == null
          ? folders.computeIfAbsent(folder, name -> new File(file, name).isDirectory())
          : jar.getEntry(folder) != null;
    }

    private List<File> others() throws IOException, URISyntaxException {
      ZipEntry entry = jar == null ? null : jar.getEntry(JarFile.MANIFEST_NAME);
      if (entry != null) {
        try (InputStream in = jar.getInputStream(entry)) {
          byte[] bytes = ProgramClasses.read(in);
          if (hasLine(new String(bytes, StandardCharsets.ISO_8859_1), Attributes.Name.CLASS_PATH)) {
            return filesOf(file, new Manifest(new ByteArrayInputStream(bytes)));
          }
        }
      }
      return new ArrayList<>();
    }

    /** Whether a manifest may have an attribute; faster than parsing it. */
    private static boolean hasLine(String manifest, Attributes.Name attribute) {
      String name = attribute.toString();
      for (int line = 0; line >= 0; line = manifest.indexOf('\n', line + 1)) {
        if (manifest.regionMatches(true, line == 0 ? 0 : line + 1, name, 0, name.length())) {
          return true;
        }
      }
      return false;
    }

    /** The place to read a class file from; null if the class loader is to be asked. */
    Place place(String path) {
      return places.get(folder(path));
    }

    /** Whether two class paths have the same jar or folder, and both class loaders use it. */
    boolean isSame(Entry other, String path) {
      return place(path) != null && other.place(path) != null && file.equals(other.file);
    }

    /** Notes that the class loader found a class file at a URL. */
    void found(String path, URL url, Place place) {
      if (isAt(url, path)) {
        places.put(folder(path), place);
      }
    }

    private boolean isAt(URL url, String path) {
      try {
        String text = url.toString();
        int end = text.length() - path.length() - 2;
        if (jar == null) {
          return url.getProtocol().equals("file")
              && new File(url.toURI()).equals(new File(file, path));
        }
        return text.startsWith("jar:file:")
            && text.indexOf("!/") == end
            && new File(new URL(text.substring("jar:".length(), end)).toURI()).equals(file);
      } catch (URISyntaxException | IOException | IllegalArgumentException e) {
        return false;
      }
    }
  }
}
