package org.mitogen4j.internal.master;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The central directory of a jar, which {@code java.util.zip} makes several objects for each name
 * of (PKWARE's APPNOTE.TXT, 4.3). Throws an IndexOutOfBoundsException where the jar is damaged. For
 * one thread.
 */
final class JarDirectory {
  private static final int MAX_DIRECTORY = 1 << 27;

  // records of a zip file: their first four bytes, and how many bytes they have at least
  private static final int END = 0x06054b50;
  private static final int END_SIZE = 22;
  private static final int MAX_COMMENT = 0xFFFF;

  /** As many bytes as few comments are longer than, with the record for large jars. */
  private static final int USUAL_COMMENT = 200;

  // what stands for larger numbers, which are in the record for large jars
  private static final int MAX_COUNT = 0xFFFF;
  private static final long MAX = 0xFFFFFFFFL;

  private static final int END64 = 0x06064b50;
  private static final int END64_SIZE = 56;
  private static final int LOCATOR = 0x07064b50;
  private static final int LOCATOR_SIZE = 20;
  private static final int ENTRY = 0x02014b50;

  /** The least bytes of an entry. */
  static final int ENTRY_SIZE = 46;

  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_SIZE = 30;

  /** The entries, one behind the other. */
  final byte[] bytes;

  /** Where the first byte of the jar is in the file: a program may be in front of it. */
  private final long begin;

  private int at = -1;

  /**
   * Reads the directory of a jar.
   *
   * @param file for messages
   * @throws IOException also when the file is no jar, or one that only the JDK may understand
   */
  JarDirectory(File file, RandomAccessFile jar) throws IOException {
    long length = jar.length();
    byte[] tail = read(jar, Math.max(0, length - END_SIZE - USUAL_COMMENT), length);
    int end = end(tail);
    if (end < LOCATOR_SIZE) { // or what is in front of it is missing
      tail = read(jar, Math.max(0, length - END_SIZE - MAX_COMMENT), length);
      end = end(tail);
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
    bytes = read(jar, behind - size, behind);
    begin = behind - size - offset;
  }

  /** Where the record at the end of a jar begins, by the jar's last bytes; negative for none. */
  private static int end(byte[] tail) {
    int end = tail.length - END_SIZE;
    while (end >= 0
        && (i4(tail, end) != END || end + END_SIZE + u2(tail, end + 20) != tail.length)) {
      end--;
    }
    return end;
  }

  /** Reads a part of a file. */
  static byte[] read(RandomAccessFile file, long from, long to) throws IOException {
    if (from < 0 || to < from || to > file.length()) {
      throw new IOException("there are no bytes from " + from + " to " + to);
    }
    byte[] part = new byte[(int) (to - from)];
    file.seek(from);
    file.readFully(part);
    return part;
  }

  /**
   * Goes to the next entry.
   *
   * @return whether there is one
   */
  boolean next() throws IOException {
    at = at < 0 ? 0 : nameEnd() + u2(bytes, at + 30) + u2(bytes, at + 32);
    if (at < bytes.length && (i4(bytes, at) != ENTRY || nameEnd() > bytes.length)) {
      throw new IOException("a bad entry of the directory");
    }
    return at < bytes.length;
  }

  /** Goes to an entry, by what {@link #entry} told. */
  void go(int entry) {
    at = entry;
  }

  // ---- the present entry

  int entry() {
    return at;
  }

  /** The index of the name's first byte. */
  int name() {
    return at + ENTRY_SIZE;
  }

  /** The index behind the name. */
  int nameEnd() {
    return at + ENTRY_SIZE + u2(bytes, at + 28);
  }

  /** The name. */
  String text() {
    return text(nameEnd());
  }

  /** The name of the folder that it is in, with a slash at its end; empty for none. */
  String folder() {
    int end = nameEnd();
    while (end > name() && bytes[end - 1] != '/') {
      end--;
    }
    return text(end);
  }

  private String text(int end) {
    return new String(bytes, name(), end - name(), StandardCharsets.UTF_8);
  }

  /** Whether it is in a folder that {@link #folder} told, and in none below that. */
  boolean isIn(String folder) {
    int at = name();
    for (int i = 0; i < folder.length(); i++) { // a letter that is not ASCII is never equal
      if (at == nameEnd() || bytes[at++] != folder.charAt(i)) {
        return false;
      }
    }
    while (at < nameEnd()) {
      if (bytes[at++] == '/') {
        return false;
      }
    }
    return true;
  }

  boolean nameBegins(byte[] text) {
    return hasName(name(), text);
  }

  boolean nameEnds(byte[] text) {
    return hasName(nameEnd() - text.length, text);
  }

  private boolean hasName(int from, byte[] text) {
    int i = 0;
    while (from >= name()
        && i < text.length
        && from + i < nameEnd()
        && bytes[from + i] == text[i]) {
      i++;
    }
    return i == text.length;
  }

  boolean isDeflated() {
    return u2(bytes, at + 10) == 8;
  }

  boolean isStored() {
    return u2(bytes, at + 10) == 0;
  }

  /** The bytes that it takes in the jar; negative for 2 GiB and more. */
  int packedSize() {
    return i4(bytes, at + 20);
  }

  /** The bytes of its content; negative for 2 GiB and more. */
  int size() {
    return i4(bytes, at + 24);
  }

  /** Copies its content as it is in the jar. */
  byte[] content(byte[] jar) throws IOException {
    long local = begin + u4(bytes, at + 42);
    if (local < 0
        || local > jar.length - LOCAL_SIZE - (nameEnd() - name())
        || i4(jar, (int) local) != LOCAL
        || !isName(jar, (int) local + LOCAL_SIZE)) {
      throw new IOException("a directory that is not the jar's");
    }
    int from = (int) local + LOCAL_SIZE + u2(jar, (int) local + 26) + u2(jar, (int) local + 28);
    if (packedSize() < 0 || packedSize() > jar.length - from) {
      throw new IOException("there are no " + packedSize() + " bytes from " + from);
    }
    return Arrays.copyOfRange(jar, from, from + packedSize());
  }

  /** Reads its content as it is in the jar. */
  byte[] content(RandomAccessFile jar) throws IOException {
    long local = begin + u4(bytes, at + 42);
    byte[] head = read(jar, local, local + LOCAL_SIZE + nameEnd() - name());
    if (i4(head, 0) != LOCAL || !isName(head, LOCAL_SIZE)) {
      throw new IOException("a directory that is not the jar's");
    }
    long from = local + LOCAL_SIZE + u2(head, 26) + u2(head, 28);
    return read(jar, from, from + packedSize());
  }

  private boolean isName(byte[] b, int from) {
    for (int i = name(); i < nameEnd(); i++) {
      if (b[from + i - name()] != bytes[i]) {
        return false;
      }
    }
    return true;
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
