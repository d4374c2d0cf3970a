package org.mitogen4j.internal.master;

import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Lists the names of all classes, resources and folders that a program's class loaders find. Only
 * class loaders of jars and folders can be listed; not those that make classes, named modules, or
 * jars in jars.
 */
final class NameList {
  private static final int MAX_NAMES = 200_000;
  private static final List<URL> NOWHERE = Collections.emptyList();
  private static final int MAX_DEPTH = 100;
  private static final String MANIFEST = "META-INF/MANIFEST.MF";

  private final ClassPaths paths;
  private final NameHashes names = new NameHashes();
  private final Set<File> looked = new HashSet<>();
  private final Deque<File> open = new ArrayDeque<>();
  private final List<File> folders = new ArrayList<>();

  private NameList(ClassPaths paths) {
    this.paths = paths;
  }

  /**
   * Lists the names; reads the tables of contents of all jars.
   *
   * @return null when they can't be listed or are more than {@link #MAX_NAMES}
   */
  static NameList of(List<ClassLoader> loaders, ClassPaths paths) {
    NameList all = new NameList(paths);
    ClassLoader jdk = ClassLoader.getSystemClassLoader().getParent();
    try {
      for (ClassLoader loader : loaders) {
        for (ClassLoader l = loader; l != null && l != jdk; l = l.getParent()) {
          if (!all.places(l) || !all.look()) {
            return null;
          }
        }
      }
      return all.lookElsewhere(loaders) ? all : null;
    } catch (IOException | URISyntaxException | IllegalArgumentException e) {
      return null; // a file on the class path is no jar or can't be read
    }
  }

  /** Names with slashes. */
  NameHashes names() {
    return names;
  }

  /** Whether a folder has a file that it did not have; looks through all folders. */
  boolean isOutdated() {
    NameList now = new NameList(paths);
    try {
      for (File folder : folders) {
        now.folder(folder, "", 0);
      }
      return !names.hasAll(now.names);
    } catch (IOException e) {
      return true; // a folder can't be listed any more
    }
  }

  /** Adds the jars and folders in which a class loader looks; false when they can't be listed. */
  private boolean places(ClassLoader loader) throws IOException, URISyntaxException {
    List<URL> urls = ClassPath.urlsOf(loader);
    if (urls != null) {
      open(urls);
    }
    return urls != null;
  }

  private void open(List<URL> urls) throws URISyntaxException {
    for (URL url : urls) {
      open.add(new File(url.toURI()));
    }
  }

  private boolean look() throws IOException, URISyntaxException {
    for (File place = open.poll(); place != null; place = open.poll()) {
      if (looked.add(place.getCanonicalFile())) {
        if (place.isDirectory()) {
          folders.add(place);
          folder(place, "", 0);
        } else if (place.exists()) {
          jar(place);
        }
      }
      if (names.size() > MAX_NAMES) {
        return false;
      }
    }
    return true;
  }

  private void folder(File folder, String prefix, int depth) throws IOException {
    File[] files = folder.listFiles();
    if (files == null || depth > MAX_DEPTH) {
      throw new IOException(folder + " can't be listed");
    }
    for (File file : files) {
      names.add(prefix + file.getName());
      if (file.isDirectory() && names.size() <= MAX_NAMES) {
        folder(file, prefix + file.getName() + '/', depth + 1);
      }
    }
  }

  private void jar(File file) throws IOException, URISyntaxException {
    JarNames jar = paths.jar(file);
    names.addAll(jar.names);
    names.addAll(jar.variants);
    open(ClassPath.urlsOf(file.toURI().toURL(), jar.classPath));
  }

  /**
   * Looks through further jars that the loaders find: agents and programs can add to a class path,
   * and some launchers set a java.class.path that they do not use.
   */
  private boolean lookElsewhere(List<ClassLoader> loaders) throws IOException, URISyntaxException {
    Set<String> ofJdk = new HashSet<>();
    ClassLoader jdk = ClassLoader.getSystemClassLoader().getParent();
    if (jdk != null) {
      Collections.list(jdk.getResources(MANIFEST)).forEach(url -> ofJdk.add(url.toString()));
    }
    for (ClassLoader loader : loaders) {
      ClassLoader asked = ClassPath.unlisted(loader);
      for (URL url : asked == null ? NOWHERE : Collections.list(asked.getResources(MANIFEST))) {
        if (Places.isJdk(url) || ofJdk.contains(url.toString())) {
          continue;
        }
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false);
        URL place =
            connection instanceof JarURLConnection
                ? ((JarURLConnection) connection).getJarFileURL()
                : url;
        File file = new File(place.toURI());
        if (!(connection instanceof JarURLConnection)) {
          file = file.getParentFile().getParentFile(); // the folder that contains META-INF
        }
        open.add(file);
      }
    }
    return look();
  }
}
