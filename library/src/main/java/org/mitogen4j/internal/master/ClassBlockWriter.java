package org.mitogen4j.internal.master;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import org.mitogen4j.internal.context.Packing;
import org.mitogen4j.internal.context.classes.ClassBlocks;
import org.mitogen4j.internal.context.classes.LineTables;
import org.mitogen4j.internal.parent.classes.ConstantPool;

/**
 * Packs several class files into a block, which {@link ClassBlocks} unpacks. Deflated, a block is
 * smaller than the single files: each text of all their constant pools is in it once, and data of
 * the same kind is together. Tables of local variables are left out, and texts that only they use
 * become empty. Line numbers stay, as {@link LineTables}.
 */
final class ClassBlockWriter {
  // the bytes for which there is room at first: in the part with the code, and in each other one
  private static final int ROOM_OF_BODIES = 1 << 17;
  private static final int ROOM = 1 << 13;

  private final Bytes[] parts = new Bytes[ClassBlocks.PARTS];
  private final Map<String, Integer> texts = new HashMap<>();
  private final StringBuilder names = new StringBuilder();

  private ClassBlockWriter() {
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new Bytes(i == ClassBlocks.BODIES ? ROOM_OF_BODIES : ROOM);
    }
  }

  /**
   * Packs class files.
   *
   * @param files class files by class names with dots, the first needed first
   * @param dictionary what the receiver inflates the block with
   * @param level as {@link Packing#deflate} wants it
   * @throws IllegalArgumentException when a class file can't be read
   */
  static byte[] pack(Map<String, byte[]> files, byte[] dictionary, int level) {
    ClassBlockWriter writer = new ClassBlockWriter();
    try {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        writer.names.append(writer.names.length() == 0 ? "" : "/").append(file.getKey());
        writer.add(file.getValue());
      }
      return writer.finish(dictionary, level);
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("class files that can't be read: " + e, e);
    }
  }

  private void add(byte[] b) {
    Bytes bodies = parts[ClassBlocks.BODIES];
    int begin = bodies.size;
    Parts file = new Parts(b, bodies);
    parts[ClassBlocks.TAGS].add(b, 4, 6);
    Bytes references = parts[ClassBlocks.REFERENCES];
    int code = 0;
    int lines = 0;
    for (int i = 1; i < file.pool.length; i++) {
      int at = file.pool[i];
      if (at == 0) {
        continue; // a long or double takes two positions
      }
      int tag = b[at - 1];
      parts[ClassBlocks.TAGS].add(tag);
      if (tag == ConstantPool.TEXT) {
        text(file, i, references);
        if (code == 0 && LineTables.isCode(b, at + 2, file.length(i))) {
          code = i;
        } else if (lines == 0 && LineTables.isLines(b, at + 2, file.length(i))) {
          lines = i;
        }
      } else if (tag >= 3 && tag <= 6) {
        parts[ClassBlocks.NUMBERS].add(b, at, tag < 5 ? 4 : 8);
      } else {
        int first = tag == 15 ? 1 : 2;
        parts[ClassBlocks.FIRSTS].add(b, at, first);
        if (tag >= 9 && tag != 16 && tag < 19) {
          parts[ClassBlocks.SECONDS].add(b, at + first, 2);
        }
      }
    }
    varint(references, bodies.size - begin);
    new LineTables(bodies.bytes, begin, code, lines).toDifferences();
  }

  private void text(Parts file, int i, Bytes references) {
    int at = file.pool[i];
    int length = file.length(i);
    // one char for each byte: the text is a key only
    String text = new String(file.b, at + 2, length, StandardCharsets.ISO_8859_1);
    Integer known = texts.putIfAbsent(text, texts.size());
    if (known == null) {
      if (text.indexOf(0) >= 0) {
        throw new IllegalArgumentException("a text with a byte 0");
      }
      references.add(ClassBlocks.NEW_TEXT);
      parts[ClassBlocks.TEXTS].add(file.b, at + 2, length);
      parts[ClassBlocks.TEXTS].add(0);
    } else {
      varint(references, texts.size() - known);
    }
  }

  private static void varint(Bytes out, int v) {
    int left = v;
    while (left > 127) {
      out.add(left & 127 | 128);
      left >>>= 7;
    }
    out.add(left);
  }

  private byte[] finish(byte[] dictionary, int level) {
    byte[] listed = names.toString().getBytes(StandardCharsets.UTF_8);
    int size = listed.length;
    for (Bytes part : parts) {
      size += 4 + part.size;
    }
    Bytes plain = new Bytes(size);
    plain.add(listed, 0, listed.length);
    for (Bytes part : parts) {
      plain.add4(part.size);
      plain.add(part.bytes, 0, part.size);
    }
    byte[] all = plain.bytes;
    byte[] deflated = Packing.deflate(all, dictionary, level);
    ByteBuffer block = ByteBuffer.allocate(ClassBlocks.HEAD + deflated.length);
    block.put((byte) ClassBlocks.MARK).putInt(crc(all)).putInt(crc(deflated));
    block.putInt(listed.length).put(deflated);
    return block.array();
  }

  /** Two CRCs identify a block; a JVM that has just started computes them faster than a hash. */
  private static int crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, bytes.length);
    return (int) crc.getValue();
  }

  /** A growing array; faster than a ByteArrayOutputStream in a JVM that has just started. */
  private static final class Bytes {
    private byte[] bytes;
    int size;

    Bytes(int room) {
      bytes = new byte[room];
    }

    private void makeRoom(int more) {
      if (bytes.length - size < more) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
      }
    }

    void add(int b) {
      if (size == bytes.length) {
        makeRoom(1);
      }
      bytes[size++] = (byte) b;
    }

    void add(byte[] from, int at, int length) {
      if (length < 0 || at < 0 || length > from.length - at) {
        throw new IndexOutOfBoundsException(length + " bytes at " + at);
      }
      makeRoom(length);
      System.arraycopy(from, at, bytes, size, length);
      size += length;
    }

    void add2(int v) {
      add(v >> 8);
      add(v);
    }

    void add4(int v) {
      add2(v >> 16);
      add2(v);
    }

    /** Sets two bytes that were added before. */
    void set2(int at, int v) {
      bytes[at] = (byte) (v >> 8);
      bytes[at + 1] = (byte) v;
    }

    void set4(int at, int v) {
      set2(at, v >> 16);
      set2(at + 2, v);
    }
  }

  /** A class file, taken apart. */
  private static final class Parts {
    /** How the names of the two tables of local variables begin. */
    private static final byte[] LOCALS = "LocalVariableT".getBytes(StandardCharsets.US_ASCII);

    final byte[] b;

    /** The offset of each constant behind its tag; 0 for a position that holds none. */
    final int[] pool;

    /** Gets what follows the constant pool, without tables of local variables. */
    private final Bytes body;

    /** Whether each text is used by tables of local variables only; null if there are no tables. */
    boolean[] unused;

    private int at;

    Parts(byte[] classFile, Bytes body) {
      b = classFile;
      this.body = body;
      pool = new int[u2(8)];
      at = 10;
      for (int i = 1; i < pool.length; ) {
        int tag = b[at++];
        pool[i] = at;
        at += tag == ConstantPool.TEXT ? 2 + u2(at) : ConstantPool.size(tag);
        i += ConstantPool.positions(tag);
      }
      int begin = body.size;
      body();
      if (unused != null) {
        keepWhatIsUsed(begin);
      }
    }

    int u2(int i) {
      return (b[i] & 255) << 8 | b[i + 1] & 255;
    }

    private int u4(int i) {
      return u2(i) << 16 | u2(i + 2);
    }

    private void copy(int n) {
      body.add(b, at, n);
      at += n;
    }

    private void body() {
      copy(6);
      copy(2 + 2 * u2(at)); // interfaces
      for (int kind = 0; kind < 2; kind++) { // fields, methods
        int members = u2(at);
        copy(2);
        for (; members > 0; members--) {
          copy(6);
          attributes();
        }
      }
      attributes();
      if (at != b.length) {
        throw new IllegalArgumentException("a class file of " + b.length + " bytes ends at " + at);
      }
    }

    /** The attributes of a field, a method, or the class. */
    private void attributes() {
      int attributes = u2(at);
      copy(2);
      for (; attributes > 0; attributes--) {
        int end = end();
        if (isCode(pool[u2(at)])) {
          code();
        } else {
          copy(end - at);
        }
        at = end;
      }
    }

    private void attributesOfCode() {
      int count = body.size;
      int attributes = u2(at);
      int left = attributes;
      copy(2);
      for (; attributes > 0; attributes--) {
        int end = end();
        if (begins(u2(at), LOCALS)) {
          left--;
          noteUnused(end);
        } else {
          copy(end - at);
        }
        at = end;
      }
      body.set2(count, left);
    }

    private int end() {
      int end = at + 6 + u4(at + 2);
      if (end < at + 6 || end > b.length) {
        throw new IllegalArgumentException("an attribute that ends at " + end);
      }
      return end;
    }

    private boolean isCode(int text) {
      return LineTables.isCode(b, text + 2, u2(text));
    }

    private void noteUnused(int end) {
      if (unused == null) {
        unused = new boolean[pool.length];
      }
      unused[u2(at)] = true;
      for (int entry = at + 8; entry + 10 <= end; entry += 10) {
        unused[u2(entry + 4)] = true;
        unused[u2(entry + 6)] = true;
      }
    }

    private void code() {
      copy(2);
      int size = body.size;
      at += 4;
      body.add4(0);
      int handlers = at + 8 + u4(at + 4);
      copy(handlers + 2 + 8 * u2(handlers) - at);
      attributesOfCode();
      body.set4(size, body.size - size - 4);
    }

    /** The bytes of a text as it is sent. */
    int length(int text) {
      return unused != null && unused[text] ? 0 : u2(pool[text]);
    }

    private boolean begins(int constant, byte[] beginning) {
      int from = pool[constant] + 2;
      int i = 0;
      while (i < beginning.length && b[from + i] == beginning[i]) {
        i++;
      }
      return i == beginning.length;
    }

    /**
     * Marks texts as used that anything else may refer to. Every two bytes outside the pool that
     * could be a position of the pool count as a reference.
     */
    private void keepWhatIsUsed(int begin) {
      for (int i = 1; i < pool.length; i++) {
        int from = pool[i];
        int tag = from == 0 ? 0 : b[from - 1];
        if (tag >= 7 && tag != 15 && tag != 17 && tag != 18) {
          unused[u2(from)] = false;
          if (tag == 12) {
            unused[u2(from + 2)] = false;
          }
        }
      }
      byte[] rest = body.bytes;
      int constants = pool.length;
      int both = rest[begin] & 255;
      for (int i = begin + 1; i < body.size; i++) {
        both = (both << 8 | rest[i] & 255) & 0xFFFF;
        if (both < constants) {
          unused[both] = false;
        }
      }
    }
  }
}
