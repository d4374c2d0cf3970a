package org.mitogen4j.internal.context.classes;

import java.io.IOException;
import java.util.Arrays;
import java.util.zip.Inflater;
import org.mitogen4j.internal.kernel.Header;

/**
 * Takes the class files out of a block, one after the other. A JVM that has just started interprets
 * all of this until a method was called 200 times. So what is done for each constant and text is a
 * short method, and no object is made for it. Throws an {@link IndexOutOfBoundsException} where the
 * block is damaged. For one thread.
 */
final class BlockUnpacker {
  /** The most bytes of a constant that is no text. */
  private static final int CONSTANT = 9;

  private final byte[] texts;
  private final byte[] references;
  private final byte[] tags;
  private final byte[] numbers;
  private final byte[] firsts;
  private final byte[] seconds;
  private final byte[] bodies;

  // where the next byte of each part is
  private int reference;
  private int tag;
  private int number;
  private int first;
  private int second;
  private int body;

  /** Where each text that came so far begins, and where the next one will. */
  private int[] begins = new int[512];

  private int textCount;

  /** The present class file, and room for more. */
  private byte[] file = new byte[1 << 15];

  private int size;

  // the positions in the constant pool of the present class file that LineTables wants
  private int code;
  private int lines;

  /** Inflates the parts of a block, of which the names were read before. */
  BlockUnpacker(Inflater inflater) throws IOException {
    byte[][] parts = new byte[ClassBlocks.PARTS][];
    for (int i = 0; i < ClassBlocks.PARTS; i++) {
      byte[] length = ClassBlocks.inflate(inflater, 4);
      parts[i] = ClassBlocks.inflate(inflater, Header.getInt(length, 0));
    }
    texts = parts[ClassBlocks.TEXTS];
    references = parts[ClassBlocks.REFERENCES];
    tags = parts[ClassBlocks.TAGS];
    numbers = parts[ClassBlocks.NUMBERS];
    firsts = parts[ClassBlocks.FIRSTS];
    seconds = parts[ClassBlocks.SECONDS];
    bodies = parts[ClassBlocks.BODIES];
  }

  /** The next class file. */
  byte[] next() throws IOException {
    file[0] = (byte) 0xCA;
    file[1] = (byte) 0xFE;
    file[2] = (byte) 0xBA;
    file[3] = (byte) 0xBE;
    System.arraycopy(tags, tag, file, 4, 6); // the version, and the number of constants
    int constants = (tags[tag + 4] & 255) << 8 | tags[tag + 5] & 255;
    size = 10;
    tag += 6;
    code = 0;
    lines = 0;
    makeRoom(constants * CONSTANT);
    constants(constants);
    int begin = size;
    int length = number();
    makeRoom(length);
    System.arraycopy(bodies, body, file, size, length);
    body += length;
    byte[] all = Arrays.copyOf(file, size + length);
    new LineTables(all, begin, code, lines).toNumbers();
    return all;
  }

  private void constants(int count) throws IOException {
    // each kind is a tag of JVMS 4.4
    for (int i = 1; i < count; i++) {
      int kind = tags[tag++];
      file[size++] = (byte) kind;
      if (kind == 1) {
        text(i, CONSTANT * (count - i));
      } else if (kind == 5 || kind == 6) {
        i++; // it has two positions
        number(8);
      } else if (kind == 3 || kind == 4) {
        number(4);
      } else {
        indexes(kind);
      }
    }
  }

  private void number(int bytes) {
    System.arraycopy(numbers, number, file, size, bytes);
    number += bytes;
    size += bytes;
  }

  /** Copies the positions that a constant refers to. */
  private void indexes(int kind) {
    byte[] to = file;
    int at = size;
    if (kind != 15) {
      to[at++] = firsts[first++];
    }
    to[at++] = firsts[first++];
    if (kind >= 9 && kind != 16 && kind < 19) {
      to[at++] = seconds[second++];
      to[at++] = seconds[second++];
    }
    size = at;
  }

  /**
   * Copies a text.
   *
   * @param position that it has in the constant pool
   * @param room to make behind it
   */
  private void text(int position, int room) throws IOException {
    int back = number();
    if (back < 0 || back > textCount) {
      throw new IndexOutOfBoundsException("the text before " + back + " others");
    }
    int text = textCount - back;
    if (back == ClassBlocks.NEW_TEXT) {
      addText();
    }
    int begin = begins[text];
    int length = begins[text + 1] - 1 - begin;
    if (file.length - size < length + room) {
      makeRoom(length + room);
    }
    file[size] = (byte) (length >> 8);
    file[size + 1] = (byte) length;
    System.arraycopy(texts, begin, file, size + 2, length);
    size += 2 + length;
    if (code == 0 && LineTables.isCode(texts, begin, length)) {
      code = position;
    } else if (lines == 0 && LineTables.isLines(texts, begin, length)) {
      lines = position;
    }
  }

  private void addText() {
    if (textCount + 2 > begins.length) {
      begins = Arrays.copyOf(begins, 2 * begins.length);
    }
    begins[textCount + 1] = end(texts, begins[textCount]) + 1;
    textCount++;
  }

  /** Where the byte 0 behind a text is. */
  private static int end(byte[] b, int from) {
    int at = from;
    while (b[at] != 0) {
      at++;
    }
    return at;
  }

  /** Reads a number of {@link #references}. */
  private int number() throws IOException {
    int v = references[reference++];
    if (v >= 0) {
      return v;
    }
    v &= 127;
    for (int shift = 7; shift < 32; shift += 7) {
      int b = references[reference++];
      v |= (b & 127) << shift;
      if (b >= 0) {
        return v;
      }
    }
    throw new IOException("a number of more than five bytes");
  }

  private void makeRoom(int more) throws IOException {
    if (more < 0 || more > ClassBlocks.MAX_PART - size) {
      throw new IOException("a class file of " + size + " and " + more + " bytes");
    }
    if (file.length - size < more) {
      file = Arrays.copyOf(file, Math.max(2 * file.length, size + more));
    }
  }
}
