package org.mitogen4j.internal.master;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.mitogen4j.internal.context.classes.ResourceKey;

/** The small files in one folder of a place: code often reads them one by one. */
final class FolderFiles {
  private FolderFiles() {}

  /**
   * The small files of a resource's folder, with the resource, in the first place that has it: in a
   * jar's order, or sorted by name in a folder.
   */
  static List<String> beside(String resource, Places places, PackageChoice choice) {
    List<String> names = new ArrayList<>();
    try {
      List<URL> found = places.find(resource);
      Place place = found.isEmpty() ? null : places.of(found.get(0), resource);
      if (place != null) {
        names.addAll(beside(resource, place));
        names.removeIf(name -> !ResourceKey.isName(name) || !choice.hasResource(name));
      }
    } catch (IOException e) {
      names.clear(); // then no further resource is sent
    }
    return names;
  }

  private static List<String> beside(String resource, Place place) throws IOException {
    String folder = resource.substring(0, resource.lastIndexOf('/') + 1);
    List<String> names = new ArrayList<>();
    if (place.isJar()) {
      for (Map.Entry<String, Long> file : place.index().entrySet()) {
        String name = file.getKey();
        if (name.startsWith(folder)
            && name.indexOf('/', folder.length()) < 0
            && isSmall(file.getValue())) {
          names.add(name);
        }
      }
      return names;
    }
    File root = place.file();
    File[] files = root == null ? null : new File(root, folder).listFiles();
    if (files == null) {
      return names;
    }
    Arrays.sort(files);
    for (File file : files) {
      if (file.isFile() && isSmall(file.length())) {
        names.add(folder + file.getName());
      }
    }
    return names;
  }

  private static boolean isSmall(long size) {
    return size >= 0 && size <= ResourceKey.SMALL;
  }
}
