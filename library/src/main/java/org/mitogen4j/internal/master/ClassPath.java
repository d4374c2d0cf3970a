package org.mitogen4j.internal.master;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.mitogen4j.internal.context.resources.NameFilter;

/**
 * The jars and folders in which a class loader and its parents look, in their order. Finds class
 * files faster than the class loader, which searches all of the JDK's modules for each. The class
 * loader is asked for one class of each package and place. If it finds this class in the same
 * place, or none where this has none, it is not asked for the others. Thread safe.
 */
final class ClassPath {
  /** Paths of files that are the same in a URL, and lead to no other folder. */
  private static final Pattern SIMPLE = Pattern.compile("([\\w-]+/)*[\\w-]+([.][\\w-]+)*");

  /** The most folders of which it is kept that they do not exist: children can make up names. */
  private static final int MAX_ABSENT = 10_000;

  private final ClassPaths paths;
  private final List<Entry> entries = new CopyOnWriteArrayList<>();

  @GuardedBy("this")
  private final Deque<Listed> unopened = new ArrayDeque<>();

  /** Whether all jars and folders are opened. */
  private volatile boolean areOpen;

  /** The jars and folders that have a folder, by its name, once all are opened. */
  private final Map<String, List<Entry>> byFolder = new ConcurrentHashMap<>();

  @GuardedBy("this")
  private final Set<File> looked = new HashSet<>();

  /** Whether a jar or folder did not exist, or could not be read. */
  @GuardedBy("this")
  private boolean isMissing;

  /** The class loaders that list all their places, each with the number of these. */
  private final Map<URLClassLoader, Integer> counts = new HashMap<>();

  /** Folders, with a slash at their end, of which neither this nor the class loader has a class. */
  private final Set<String> absent = ConcurrentHashMap.newKeySet();

  private final boolean isListed;

  /**
   * Lists the jars and folders; it has none if those of the class loader can't be listed. They are
   * opened when they are needed.
   */
  ClassPath(ClassLoader loader, ClassPaths paths) {
    this.paths = paths;
    Deque<List<Listed>> all = new ArrayDeque<>();
    isListed = list(loader, all);
    if (isListed) {
      all.forEach(unopened::addAll);
    }
  }

  /** A jar or folder of a class loader. */
  private static final class Listed {
    final File file;

    /**
     * As the class loader has it, if that lists all its places: several texts may mean one file.
     */
    final URL url;

    final ClassLoader loader;

    Listed(URL url, ClassLoader loader) throws URISyntaxException {
      file = new File(url.toURI());
      this.url = url;
      this.loader = loader;
    }

    static List<Listed> of(List<URL> urls, ClassLoader loader) throws URISyntaxException {
      List<Listed> all = new ArrayList<>();
      for (URL url : urls) {
        all.add(new Listed(url, loader));
      }
      return all;
    }
  }

  private boolean list(ClassLoader loader, Deque<List<Listed>> all) {
    ClassLoader jdk = ClassLoader.getSystemClassLoader().getParent();
    try {
      for (ClassLoader l = loader; l != null && l != jdk; l = l.getParent()) {
        List<URL> urls = urlsOf(l);
        if (urls == null) {
          return false;
        }
        all.push(Listed.of(urls, l)); // parents are asked first
        if (listsAll(l)) {
          counts.put((URLClassLoader) l, urls.size());
        }
      }
      return true;
    } catch (URISyntaxException | MalformedURLException | IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Whether a class loader looks, besides in its parent, in the jars and folders that it tells, and
   * nowhere else. Agents and launchers may add places to that of the system.
   */
  static boolean listsAll(ClassLoader loader) {
    return loader.getClass() == URLClassLoader.class;
  }

  /** A class loader or the first of its parents that may look elsewhere; null for the JVM's own. */
  static ClassLoader unlisted(ClassLoader loader) {
    ClassLoader first = loader;
    while (first != null && listsAll(first)) {
      first = first.getParent();
    }
    return first;
  }

  /**
   * The jars and folders in which a class loader itself looks; null if they can't be listed, as for
   * loaders that make classes, named modules, and jars in jars.
   */
  static List<URL> urlsOf(ClassLoader loader) throws URISyntaxException, MalformedURLException {
    List<URL> urls = new ArrayList<>();
    boolean isSystem = loader == ClassLoader.getSystemClassLoader();
    if (listsAll(loader) || isSystem && loader instanceof URLClassLoader) {
      for (URL url : ((URLClassLoader) loader).getURLs()) {
        if (!url.getProtocol().equals("file")
            || !url.getPath().endsWith("/") && new File(url.toURI()).isDirectory()) {
          return null; // the class loader takes such a folder for a jar
        }
        urls.add(url);
      }
      return urls;
    } else if (!isSystem
        || !loader.getClass().getName().startsWith("jdk.internal.")
        || System.getProperty("jdk.module.path") != null
        || System.getProperty("jdk.module.main") != null) {
      return null;
    }
    for (String place : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
      urls.add(new File(place).getAbsoluteFile().toURI().toURL());
    }
    return urls;
  }

  /**
   * The jars and folders that the manifest of a jar adds to the class path.
   *
   * @param classPath the attribute of the manifest; null for none
   */
  static List<URL> urlsOf(URL jar, String classPath) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String path : classPath == null ? new String[0] : classPath.trim().split(" +")) {
      URL url = new URL(jar, path);
      if (!url.getProtocol().equals("file")) {
        throw new IOException(url + " is no file");
      }
      urls.add(url);
    }
    return urls;
  }

  /** The first jar or folder that has a class file; null for none, and if one can't be read. */
  Entry find(String path) {
    String folder = folder(path);
    long hash = NameFilter.hash(path);
    try {
      List<Entry> all = areOpen && !folder.isEmpty() ? having(folder) : entries;
      for (int i = 0; i < all.size() || all == entries && openNext(i); i++) {
        Entry entry = all.get(i);
        if (entry.has(folder, path, hash)) {
          return entry;
        }
      }
      return null;
    } catch (IOException | URISyntaxException | IllegalArgumentException e) {
      return null; // the class loader may find it
    }
  }

  /** The opened jars and folders that have a folder: most have few of the program's. */
  private List<Entry> having(String folder) {
    List<Entry> known = byFolder.get(folder);
    if (known == null) {
      known = new ArrayList<>();
      for (Entry entry : entries) {
        if (entry.hasFolder(folder)) {
          known.add(entry);
        }
      }
      if (!known.isEmpty()) { // names that do not exist would fill the memory
        byFolder.put(folder, known);
      }
    }
    return known;
  }

  /** Reads the tables of contents of all jars; stops at one that can't be read. */
  void open() {
    try {
      while (openNext(entries.size())) {
        // until all are open
      }
    } catch (IOException | URISyntaxException | IllegalArgumentException e) {
      // as in find
    }
  }

  /** The first jar or folder that has the folder of a file; null for none. */
  Entry withFolder(String path) {
    String folder = folder(path);
    try {
      for (int i = 0; i < entries.size() || openNext(i); i++) {
        if (entries.get(i).hasFolder(folder)) {
          return entries.get(i);
        }
      }
      return null;
    } catch (IOException | URISyntaxException | IllegalArgumentException e) {
      return null;
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
    } catch (IOException | URISyntaxException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether the class loader may find a resource; a guess. */
  boolean mayHave(String resource) {
    return !isListed || find(resource) != null;
  }

  /**
   * Adds the URLs at which the class loaders that list their places find a file. These themselves
   * would open all of their jars.
   *
   * @return whether these are all, apart from those of {@link #unlisted}
   */
  boolean addUrls(String path, List<URL> urls) throws MalformedURLException {
    open();
    if (!isComplete() || !SIMPLE.matcher(path).matches()) {
      return false;
    }
    for (Entry entry : entries) {
      if (listsAll(entry.loader)) {
        if (entry.isFolder(path) || entry.hasVariant(path)) {
          return false; // a folder may have no entry in a jar
        } else if (entry.hasFile(path)) {
          urls.add(entry.url(path));
        }
      }
    }
    return true;
  }

  /** Whether it is certain that the class loaders which list their places have no such file. */
  boolean hasNone(String path) {
    if (find(path) != null || !isComplete()) {
      return false;
    }
    for (Entry entry : entries) {
      if (entry.jar == null && new File(entry.file, path).isFile()) { // in a new folder
        return false;
      }
    }
    return true;
  }

  /** Whether all jars and folders are known, exist, and were read. */
  private synchronized boolean isComplete() {
    boolean isComplete = isListed && unopened.isEmpty() && !isMissing;
    for (Map.Entry<URLClassLoader, Integer> e : counts.entrySet()) {
      isComplete &= e.getKey().getURLs().length == e.getValue(); // some programs add more
    }
    return isComplete;
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
    if (isListed && absent.size() < MAX_ABSENT) {
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
      Listed next = unopened.element();
      File file = next.file;
      if (looked.add(file) && file.exists() && !isNoJar(next)) {
        Entry entry = new Entry(next, file.isDirectory() ? null : jar(file));
        String classPath = entry.jar == null ? null : entry.jar.classPath;
        List<Listed> others = Listed.of(urlsOf(next.url, classPath), next.loader);
        unopened.remove();
        for (int i = others.size() - 1; i >= 0; i--) {
          unopened.push(others.get(i)); // class loaders look there before the rest
        }
        entries.add(entry);
      } else {
        isMissing |= !file.exists();
        unopened.remove();
      }
    }
    areOpen = unopened.isEmpty();
    return entries.size() > count;
  }

  /** Whether class loaders take a folder for a jar, since its URL has no slash at its end. */
  private static boolean isNoJar(Listed listed) {
    return listed.file.isDirectory() && !listed.url.getPath().endsWith("/");
  }

  /** Reads a jar. If only the JDK can, this knows no longer what the class loader finds. */
  @GuardedBy("this")
  private JarNames jar(File file) throws IOException {
    boolean isRead = false;
    try {
      JarNames jar = paths.jar(file);
      isRead = true;
      return jar;
    } finally {
      isMissing |= !isRead;
    }
  }

  /** A jar or folder. */
  static final class Entry {
    final File file;
    private final URL ownUrl;
    private final ClassLoader loader;

    /** Null for a folder. */
    private final JarNames jar;

    /** The beginning of the URLs of a jar's files, once one was asked for. */
    private volatile String base;

    /** Whether the folder has a folder, by its name with slashes. */
    private final Map<String, Boolean> folders = new ConcurrentHashMap<>();

    /** The folders for which {@link #isNews} was asked. */
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    /** The place of this entry, by each folder in which the class loader found a class here. */
    private final Map<String, Place> places = new ConcurrentHashMap<>();

    private Entry(Listed listed, JarNames jar) {
      file = listed.file;
      ownUrl = listed.url;
      loader = listed.loader;
      this.jar = jar;
    }

    /**
     * Whether it has a file.
     *
     * @param hash of the path, by {@link NameFilter}
     */
    private boolean has(String folder, String path, long hash) {
      if (jar != null) {
        return jar.names.has(hash);
      }
      return hasFolder(folder) && new File(file, path).isFile();
    }

    /** Whether this was not asked before for a file of the same folder. */
    boolean isNews(String path) {
      return asked.add(folder(path));
    }

    boolean isPlainJar() {
      return jar != null && jar.isPlain;
    }

    boolean hasVariants() {
      return jar != null && !jar.versions.isEmpty();
    }

    /** Whether some version of Java uses another file in place of a file of a jar. */
    boolean hasVariant(String path) {
      return jar != null && jar.variants.has(path);
    }

    private boolean hasFolder(String folder) {
      if (jar != null) {
        return jar.names.has(folder);
      }
      Boolean known = folders.get(folder);
      if (known == null) {
        known = new File(file, folder).isDirectory();
        if (known || folders.size() < MAX_ABSENT) {
          folders.put(folder, known);
        }
      }
      return known;
    }

    /**
     * The URL at which the class loader finds a class file, if this is the first entry to have it.
     * The class loader itself would open all jars ahead of this one.
     *
     * @param lacks whether a class loader does not find the class
     * @return null if the class loader is to be asked
     */
    URL url(String path, Predicate<ClassLoader> lacks) throws MalformedURLException {
      ClassLoader above = loader.getParent();
      if (!listsAll(loader) || above == null) {
        return null;
      }
      URL first = lacks.test(above) ? null : above.getResource(path);
      if (first != null) {
        return first;
      }
      return url(path);
    }

    private URL url(String path) throws MalformedURLException {
      if (jar == null) {
        return SIMPLE.matcher(path).matches()
            ? new URL(ownUrl, path)
            : new File(file, path).toURI().toURL();
      }
      if (base == null) {
        base = "jar:" + ownUrl + "!/";
      }
      return new URL(base + path);
    }

    private boolean isFolder(String path) {
      return jar == null ? new File(file, path).isDirectory() : jar.names.has(path + "/");
    }

    /** Whether it has a file, which may be new in a folder. */
    private boolean hasFile(String path) {
      return jar == null ? new File(file, path).isFile() : jar.names.has(path);
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
