package org.mitogen4j.programs;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.Collections;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.assertj.core.api.Assertions;

/** Reads all class files of some packages of a library that it uses, as scanners do. */
public final class PackageScanner {
  private PackageScanner() {}

  /** The bytes that it has read. */
  public static int run() throws IOException {
    Assertions.assertThat("one").startsWith("o");
    URL url = Assertions.class.getResource("Assertions.class");
    JarFile jar = ((JarURLConnection) url.openConnection()).getJarFile();
    int read = 0;
    for (JarEntry entry : Collections.list(jar.entries())) {
      String name = entry.getName();
      if (name.startsWith("org/assertj/core/util/") && name.endsWith(".class")) {
        try (InputStream in = jar.getInputStream(entry)) {
          read += in.readAllBytes().length;
        }
      }
    }
    return read;
  }
}
