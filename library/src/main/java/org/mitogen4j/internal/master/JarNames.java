package org.mitogen4j.internal.master;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The names of a jar's entries, and the class path of its manifest. Reads the jar's central
 * directory itself: {@code java.util.zip} makes several objects for each name, which takes a JVM
 * that has just started a quarter of a second for a large class path. Not changed once it is read.
 */
final class JarNames {
  private static final int MAX_MANIFEST = 1 << 24;

  private static final byte[] MANIFEST = JarFile.MANIFEST_NAME.getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CLASS = ".class".getBytes(StandardCharsets.US_ASCII);

  /** The end of the name of a file with signatures, in large letters and in small ones. */
  private static final byte[] SIGNATURE = ".SF".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] SMALL = ".sf".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] VERSIONS = "META-INF/versions/".getBytes(StandardCharsets.US_ASCII);

  /** The names of all entries and of their folders. */
  final NameHashes names = new NameHashes();

  /** The names that variants of a multi-release jar have for programs. */
  final NameHashes variants = new NameHashes();

  /**
   * Whether all its classes are deflated, and nobody has signed them: then they can be sent as they
   * are in the jar.
   */
  final boolean isPlain;

  /** The names of the folders of variants: versions of Java; empty for a jar without variants. */
  final Set<String> versions = new HashSet<>();

  /** The jars and folders that the manifest adds to the class path; null for none. */
  final String classPath;

  /** The manifest's entry; negative for none. */
  private int manifest = -1;

  /**
   * Reads a jar.
   *
   * @throws IOException also when the file is no jar, or one that only the JDK may understand
   */
  JarNames(File file) throws IOException {
    try (RandomAccessFile jar = new RandomAccessFile(file, "r")) {
      JarDirectory directory = new JarDirectory(file, jar);
      isPlain = addNames(directory);
      classPath = manifest < 0 ? null : classPath(jar, directory, manifest);
    } catch (IndexOutOfBoundsException | DataFormatException e) {
      throw new IOException(file + " can't be read: " + e, e);
    }
  }

  /** Also finds {@link #manifest}; gives {@link #isPlain}. */
  private boolean addNames(JarDirectory directory) throws IOException {
    boolean isPlain = true;
    byte[] b = directory.bytes;
    while (directory.next()) {
      int name = directory.name();
      int end = directory.nameEnd();
      names.add(b, name, end);
      if (b[name] == 'M' && end - name > MANIFEST.length - 1) {
        if (end - name == MANIFEST.length && isAt(b, name, MANIFEST)) {
          manifest = directory.entry();
        } else if (isAt(b, name, VERSIONS)) {
          addVariant(b, name + VERSIONS.length, end);
        }
      }
      isPlain &= directory.isDeflated() || !directory.nameEnds(CLASS);
      isPlain &= b[name] != 'M' || !directory.nameEnds(SIGNATURE) && !directory.nameEnds(SMALL);
    }
    return isPlain;
  }

  /**
   * Adds the name that programs know a variant by.
   *
   * @param version where the name of its folder begins
   */
  private void addVariant(byte[] b, int version, int to) {
    int from = version;
    while (from < to && b[from] != '/') {
      from++;
    }
    if (from + 1 < to) {
      versions.add(new String(b, version, from - version, StandardCharsets.ISO_8859_1));
      variants.add(b, from + 1, to);
    }
  }

  private static boolean isAt(byte[] b, int from, byte[] text) {
    int i = 0;
    while (i < text.length && from + i < b.length && b[from + i] == text[i]) {
      i++;
    }
    return i == text.length;
  }

  private static String classPath(RandomAccessFile jar, JarDirectory directory, int entry)
      throws IOException, DataFormatException {
    directory.go(entry);
    int packed = directory.packedSize();
    int size = directory.size();
    if (packed < 0 || packed > MAX_MANIFEST || size < 0 || size > MAX_MANIFEST) {
      throw new IOException("a manifest of " + size + " bytes");
    }
    byte[] bytes = directory.content(jar);
    if (!directory.isStored()) {
      bytes = inflate(bytes, size);
    }
    if (!hasLine(new String(bytes, StandardCharsets.ISO_8859_1), Attributes.Name.CLASS_PATH)) {
      return null;
    }
    Manifest manifest = new Manifest(new ByteArrayInputStream(bytes));
    return manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
  }

  private static byte[] inflate(byte[] packed, int size) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      byte[] plain = new byte[size];
      if (inflater.inflate(plain) < size) {
        throw new DataFormatException("a manifest that ends early");
      }
      return plain;
    } finally {
      inflater.end();
    }
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
}
