package org.mitogen4j.internal.master;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The names of a jar's entries, and the class path of its manifest. Reads the jar's central
 * directory itself: {@code java.util.zip} makes several objects for each name, which takes a JVM
 * that has just started a quarter of a second for a large class path. Immutable.
 */
final class JarNames {
  private static final int MAX_DIRECTORY = 1 << 27;
  private static final int MAX_MANIFEST = 1 << 24;

  // records of a zip file: their first four bytes, and how many bytes they have at least
  private static final int END = 0x06054b50;
  private static final int END_SIZE = 22;
  private static final int MAX_COMMENT = 0xFFFF;

  // what stands for larger numbers, which are in the record for large jars
  private static final int MAX_COUNT = 0xFFFF;
  private static final long MAX = 0xFFFFFFFFL;

  private static final int END64 = 0x06064b50;
  private static final int END64_SIZE = 56;
  private static final int LOCATOR = 0x07064b50;
  private static final int LOCATOR_SIZE = 20;
  private static final int ENTRY = 0x02014b50;
  private static final int ENTRY_SIZE = 46;
  private static final int LOCAL_SIZE = 30;

  private static final byte[] MANIFEST = JarFile.MANIFEST_NAME.getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VERSIONS = "META-INF/versions/".getBytes(StandardCharsets.US_ASCII);

  /** The names of all entries and of their folders. */
  final NameHashes names = new NameHashes();

  /** The names that variants of a multi-release jar have for programs. */
  final NameHashes variants = new NameHashes();

  /** The jars and folders that the manifest adds to the class path; null for none. */
  final String classPath;

  /**
   * Reads a jar.
   *
   * @throws IOException also when the file is no jar, or one that only the JDK may understand
   */
  JarNames(File file) throws IOException {
    try (RandomAccessFile jar = new RandomAccessFile(file, "r")) {
      long length = jar.length();
      byte[] tail = read(jar, Math.max(0, length - END_SIZE - MAX_COMMENT), length);
      int end = tail.length - END_SIZE;
      while (end >= 0
          && (i4(tail, end) != END || end + END_SIZE + u2(tail, end + 20) != tail.length)) {
        end--;
      }
      if (end < 0) {
        throw new IOException(file + " is no jar");
      }
      long behind = length - tail.length + end;
      long size = u4(tail, end + 12);
      long offset = u4(tail, end + 16);
      boolean isLarge = u2(tail, end + 10) == MAX_COUNT || size == MAX || offset == MAX;
      if (isLarge && end >= LOCATOR_SIZE && i4(tail, end - LOCATOR_SIZE) == LOCATOR) {
        behind = i8(tail, end - LOCATOR_SIZE + 8);
        byte[] end64 = read(jar, behind, behind + END64_SIZE);
        if (i4(end64, 0) != END64) {
          throw new IOException(file + " has no directory");
        }
        size = i8(end64, 40);
        offset = i8(end64, 48);
      }
      if (size < 0 || size > MAX_DIRECTORY || size > behind) {
        throw new IOException(file + " has a directory of " + size + " bytes");
      }
      byte[] directory = read(jar, behind - size, behind);
      int manifest = addNames(directory);
      classPath = manifest < 0 ? null : classPath(jar, behind - size - offset, directory, manifest);
    } catch (IndexOutOfBoundsException | DataFormatException e) {
      throw new IOException(file + " can't be read: " + e, e);
    }
  }

  /** Reads a part of a file. */
  private static byte[] read(RandomAccessFile file, long from, long to) throws IOException {
    if (from < 0 || to < from || to > file.length()) {
      throw new IOException("there are no bytes from " + from + " to " + to);
    }
    byte[] bytes = new byte[(int) (to - from)];
    file.seek(from);
    file.readFully(bytes);
    return bytes;
  }

  /** Gives the index of the manifest's entry; -1 for none. */
  private int addNames(byte[] directory) throws IOException {
    int manifest = -1;
    int at = 0;
    while (at < directory.length) {
      int name = at + ENTRY_SIZE;
      int end = name + u2(directory, at + 28);
      if (i4(directory, at) != ENTRY || end > directory.length) {
        throw new IOException("a bad entry of the directory");
      }
      names.add(directory, name, end);
      if (directory[name] == 'M' && end - name > MANIFEST.length - 1) {
        if (end - name == MANIFEST.length && isAt(directory, name, MANIFEST)) {
          manifest = at;
        } else if (isAt(directory, name, VERSIONS)) {
          addVariant(directory, name + VERSIONS.length, end);
        }
      }
      at = end + u2(directory, at + 30) + u2(directory, at + 32);
    }
    return manifest;
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

  /**
   * Reads the manifest.
   *
   * @param begin where the first byte of the jar is in the file: a program may be in front of it
   */
  private static String classPath(RandomAccessFile jar, long begin, byte[] directory, int entry)
      throws IOException, DataFormatException {
    int packed = i4(directory, entry + 20);
    int size = i4(directory, entry + 24);
    if (packed < 0 || packed > MAX_MANIFEST || size < 0 || size > MAX_MANIFEST) {
      throw new IOException("a manifest of " + size + " bytes");
    }
    long local = begin + u4(directory, entry + 42);
    byte[] head = read(jar, local, local + LOCAL_SIZE);
    long from = local + LOCAL_SIZE + u2(head, 26) + u2(head, 28);
    byte[] bytes = read(jar, from, from + packed);
    if (u2(directory, entry + 10) != 0) {
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

  // numbers, the last byte first

  private static int u2(byte[] b, int at) {
    return b[at] & 255 | (b[at + 1] & 255) << 8;
  }

  private static int i4(byte[] b, int at) {
    return u2(b, at) | u2(b, at + 2) << 16;
  }

  private static long u4(byte[] b, int at) {
    return i4(b, at) & 0xFFFFFFFFL;
  }

  private static long i8(byte[] b, int at) {
    return u4(b, at) | u4(b, at + 4) << 32;
  }
}
