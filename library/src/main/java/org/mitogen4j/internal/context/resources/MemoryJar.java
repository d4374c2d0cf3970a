package org.mitogen4j.internal.context.resources;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * A place of the program as a JarFile, whose entries come from the parent. Nothing of it is on this
 * machine's disk. A JarFile has to open a file, so this one opens a jar of the JDK, and does not
 * use it.
 */
final class MemoryJar extends JarFile {
  private static final String[] JDK_JARS = {"lib/jrt-fs.jar", "lib/rt.jar"};

  private final ResourceReader reader;
  private final int place;
  private final String placeName;

  MemoryJar(ResourceReader reader, int place, String placeName) throws IOException {
    super(jdkJar(), false);
    this.reader = reader;
    this.place = place;
    this.placeName = placeName;
  }

  private static File jdkJar() throws FileNotFoundException {
    String home = System.getProperty("java.home");
    for (String name : JDK_JARS) {
      File file = new File(home, name);
      if (file.isFile()) {
        return file;
      }
    }
    File first = new File(System.getProperty("java.class.path", "").split(File.pathSeparator)[0]);
    if (first.isFile()) {
      return first;
    }
    throw new FileNotFoundException("no jar below " + home + ": open the URL itself");
  }

  JarEntry entry(Found found) {
    boolean folder = found.isFolder();
    String name = folder && !found.path.endsWith("/") ? found.path + "/" : found.path;
    return entry(name, found.size, found.modified);
  }

  private JarEntry entry(String name, long size, long modified) {
    JarEntry entry = new JarEntry(name);
    entry.setSize(Math.max(0, size));
    if (modified > 0) {
      entry.setTime(modified);
    }
    return entry;
  }

  private List<JarEntry> all() {
    try {
      List<JarEntry> all = new ArrayList<>();
      for (Map.Entry<String, Long> e : reader.index(place).entrySet()) {
        all.add(entry(e.getKey(), e.getValue(), 0));
      }
      return all;
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public Enumeration<JarEntry> entries() {
    return Collections.enumeration(all());
  }

  @Override
  public Stream<JarEntry> stream() {
    return all().stream();
  }

  @Override
  public JarEntry getJarEntry(String name) {
    try {
      return entry(reader.at(place, placeName, name));
    } catch (FileNotFoundException none) {
      return null;
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public ZipEntry getEntry(String name) {
    return getJarEntry(name);
  }

  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // it changes nothing of this object
  public InputStream getInputStream(ZipEntry entry) throws IOException {
    return reader.open(reader.at(place, placeName, entry.getName()));
  }

  @Override
  public Manifest getManifest() throws IOException {
    if (getJarEntry(MANIFEST_NAME) == null) {
      return null;
    }
    try (InputStream in = getInputStream(new ZipEntry(MANIFEST_NAME))) {
      return new Manifest(in);
    }
  }

  @Override
  public String getName() {
    return placeName;
  }

  @Override
  public int size() {
    return all().size();
  }

  @Override
  public String getComment() {
    return null;
  }

  /** Does nothing: all code that uses this place shares the object. */
  @Override
  public void close() {}
}
