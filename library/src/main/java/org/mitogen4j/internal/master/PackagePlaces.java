package org.mitogen4j.internal.master;

import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.util.Collection;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** Finds out which classes of a package come from which place, where several places have some. */
final class PackagePlaces {
  private final List<ClassLoader> loaders;
  private final ClassPaths paths;
  private final Places places;

  PackagePlaces(List<ClassLoader> loaders, ClassPaths paths, Places places) {
    this.loaders = loaders;
    this.paths = paths;
    this.places = places;
  }

  /** Writes the classes that the package has in other places than that of its first class. */
  void writeOthers(DataOutputStream out, Place place, String folder) throws IOException {
    Set<File> files = new LinkedHashSet<>();
    boolean areAll = areAll(folder, files);
    Map<Place, List<String>> others = new LinkedHashMap<>();
    Set<String> seen = new LinkedHashSet<>();
    if (!folder.isEmpty() && !(areAll && files.size() <= 1)) {
      for (Place other : with(folder, files)) { // class loaders take a class from the first place
        List<String> own = Places.classes(other, folder);
        own.removeIf(simple -> !seen.add(simple));
        if (other != place && !own.isEmpty()) {
          others.put(other, own);
        }
      }
    }
    out.writeShort(others.size());
    for (Map.Entry<Place, List<String>> e : others.entrySet()) {
      out.writeInt(e.getKey().number);
      out.writeUTF(e.getKey().name);
      out.writeShort(e.getValue().size());
      for (String simple : e.getValue()) {
        out.writeUTF(simple);
      }
    }
  }

  /**
   * Finds the jars and folders that have a folder, in the order of the class path.
   *
   * @return whether these are all places in which class loaders look
   */
  private boolean areAll(String folder, Set<File> found) {
    for (ClassLoader loader : loaders) {
      ClassPath path = paths.known(loader);
      if (path == null || !path.addPlaces(folder, found)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The places that have a folder, in the order of the class path. Class loaders find no folder in
   * a jar that has no entry for it; there they are asked for a file in the folder.
   *
   * @param files the jars and folders that are known to have it, in their order
   */
  private Collection<Place> with(String folder, Set<File> files) throws IOException {
    Set<Place> found = new LinkedHashSet<>();
    addAll(folder, found);
    Map<File, Place> inOrder = new LinkedHashMap<>();
    for (File file : files) {
      inOrder.put(file, null);
    }
    found.forEach(place -> inOrder.replace(place.file(), place));
    for (Map.Entry<File, Place> e : inOrder.entrySet()) {
      String name = e.getValue() == null ? firstIn(e.getKey(), folder) : null;
      if (name != null) {
        Set<Place> more = new LinkedHashSet<>();
        addAll(name, more);
        more.removeIf(place -> !e.getKey().equals(place.file()));
        more.forEach(e::setValue);
      }
    }
    Set<Place> all = new LinkedHashSet<>(inOrder.values());
    all.addAll(found);
    all.remove(null);
    return all;
  }

  private void addAll(String resource, Set<Place> found) throws IOException {
    for (URL url : places.find(resource)) {
      found.add(places.of(url, resource));
    }
    found.remove(null); // there are too many places
  }

  /** The first class in a folder of a jar; null for none. */
  private static String firstIn(File file, String folder) throws IOException {
    if (file.isFile()) {
      try (JarFile jar = new JarFile(file)) {
        for (Enumeration<JarEntry> e = jar.entries(); e.hasMoreElements(); ) {
          String name = e.nextElement().getName();
          if (name.startsWith(folder)
              && name.endsWith(".class")
              && name.indexOf('/', folder.length()) < 0) {
            return name;
          }
        }
      }
    }
    return null;
  }
}
