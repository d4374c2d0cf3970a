package org.mitogen4j.internal.master;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.mitogen4j.internal.context.ClassBlocks;
import org.mitogen4j.internal.parent.classes.Packing;

/**
 * Packs class files that travel together; {@link ClassBlocks} is its mirror. Each text of all their
 * constant pools is there once, and what is alike stands together. Tables of local variables are
 * left out, and the texts that only they use are empty; line numbers stay.
 */
final class ClassBlockWriter {
  /** The constant pool's tags that are not two positions, or not one. */
  private static final int UTF8 = 1;

  private final ByteArrayOutputStream[] bytes = new ByteArrayOutputStream[ClassBlocks.PARTS];
  private final DataOutputStream[] parts = new DataOutputStream[ClassBlocks.PARTS];
  private final Map<String, Integer> texts = new HashMap<>();
  private final StringBuilder names = new StringBuilder();

  private ClassBlockWriter() {
    for (int i = 0; i < parts.length; i++) {
      bytes[i] = new ByteArrayOutputStream();
      parts[i] = new DataOutputStream(bytes[i]);
    }
  }

  /**
   * Packs class files.
   *
   * @param files by their names with dots, in the order in which they are likely to be needed
   * @throws IllegalArgumentException when one can't be read
   */
  static byte[] pack(Map<String, byte[]> files, byte[] dictionary) {
    ClassBlockWriter writer = new ClassBlockWriter();
    try {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        writer.names.append(writer.names.length() == 0 ? "" : "/").append(file.getKey());
        writer.add(new Parts(file.getValue()));
      }
      return writer.finish(dictionary);
    } catch (IndexOutOfBoundsException | IOException e) {
      throw new IllegalArgumentException("class files that can't be read: " + e, e);
    }
  }

  private void add(Parts file) throws IOException {
    byte[] b = file.b;
    parts[ClassBlocks.TAGS].write(b, 4, 6);
    DataOutputStream references = parts[ClassBlocks.REFERENCES];
    for (int i = 1; i < file.pool.length; i++) {
      int at = file.pool[i];
      if (at == 0) {
        continue; // behind a long number
      }
      int tag = b[at - 1];
      parts[ClassBlocks.TAGS].write(tag);
      if (tag == UTF8) {
        text(file, i, references);
      } else if (tag >= 3 && tag <= 6) {
        parts[ClassBlocks.NUMBERS].write(b, at, tag < 5 ? 4 : 8);
      } else {
        int first = tag == 15 ? 1 : 2;
        parts[ClassBlocks.FIRSTS].write(b, at, first);
        if (tag >= 9 && tag != 16 && tag < 19) {
          parts[ClassBlocks.SECONDS].write(b, at + first, 2);
        }
      }
    }
    varint(references, file.body.size());
    file.body.writeTo(parts[ClassBlocks.BODIES]);
  }

  private void text(Parts file, int i, DataOutputStream references) throws IOException {
    int at = file.pool[i];
    int length = file.unused.get(i) ? 0 : file.u2(at);
    // each byte as a letter: only for the table
    String text = new String(file.b, at + 2, length, StandardCharsets.ISO_8859_1);
    Integer known = texts.get(text);
    if (known == null) {
      texts.put(text, texts.size());
      references.write(ClassBlocks.NEW_TEXT);
      parts[ClassBlocks.TEXTS].write(file.b, at + 2, length);
      parts[ClassBlocks.TEXTS].write(0);
    } else {
      varint(references, texts.size() - known);
    }
  }

  private static void varint(DataOutputStream out, int v) throws IOException {
    int left = v;
    while (left > 127) {
      out.write(left & 127 | 128);
      left >>>= 7;
    }
    out.write(left);
  }

  private byte[] finish(byte[] dictionary) throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(plain);
    byte[] listed = names.toString().getBytes(StandardCharsets.UTF_8);
    out.write(listed);
    for (ByteArrayOutputStream part : bytes) {
      out.writeInt(part.size());
      part.writeTo(out);
    }
    byte[] all = plain.toByteArray();
    byte[] deflated = Packing.deflate(all, dictionary);
    ByteBuffer block = ByteBuffer.allocate(ClassBlocks.HEAD + deflated.length);
    block.put((byte) ClassBlocks.MARK).putLong(key(all)).putInt(listed.length).put(deflated);
    return block.array();
  }

  /** What tells a block from others: the beginning of a hash of its content. */
  private static long key(byte[] content) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(content)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has it
    }
  }

  /** A class file, taken apart. */
  private static final class Parts {
    final byte[] b;

    /** Where the constants begin, behind their tags. */
    final int[] pool;

    /** What follows the constant pool, without tables of local variables. */
    final ByteArrayOutputStream body = new ByteArrayOutputStream();

    /** Texts that only tables of local variables use. */
    final BitSet unused = new BitSet();

    private final DataOutputStream out = new DataOutputStream(body);
    private int at;

    Parts(byte[] classFile) throws IOException {
      b = classFile;
      pool = new int[u2(8)];
      at = 10;
      for (int i = 1; i < pool.length; i++) {
        int tag = b[at++];
        pool[i] = at;
        if (tag == UTF8) {
          for (int j = at + 2; j < at + 2 + u2(at); j++) {
            if (b[j] == 0) {
              throw new IllegalArgumentException("a text with a byte 0");
            }
          }
          at += 2 + u2(at);
        } else if (tag == 5 || tag == 6) {
          at += 8;
          i++;
        } else if (tag == 7 || tag == 8 || tag == 16 || tag == 19 || tag == 20) {
          at += 2;
        } else if (tag == 15) {
          at += 3;
        } else if (tag == 3 || tag == 4 || tag >= 9 && tag <= 12 || tag == 17 || tag == 18) {
          at += 4;
        } else {
          throw new IllegalArgumentException("a constant of the kind " + tag);
        }
      }
      body();
      if (!unused.isEmpty()) {
        keepWhatIsUsed();
      }
    }

    int u2(int i) {
      return (b[i] & 255) << 8 | b[i + 1] & 255;
    }

    private int u4(int i) {
      return u2(i) << 16 | u2(i + 2);
    }

    private void copy(int n) {
      body.write(b, at, n);
      at += n;
    }

    private void body() throws IOException {
      copy(6);
      copy(2 + 2 * u2(at)); // interfaces
      for (int kind = 0; kind < 2; kind++) { // fields, methods
        int members = u2(at);
        copy(2);
        for (; members > 0; members--) {
          copy(6);
          attributes(out);
        }
      }
      attributes(out);
      if (at != b.length) {
        throw new IllegalArgumentException("a class file of " + b.length + " bytes ends at " + at);
      }
    }

    private void attributes(DataOutputStream to) throws IOException {
      int attributes = u2(at);
      int left = attributes;
      at += 2;
      ByteArrayOutputStream kept = new ByteArrayOutputStream();
      DataOutputStream keptOut = new DataOutputStream(kept);
      for (int i = 0; i < attributes; i++) {
        int end = at + 6 + u4(at + 2);
        String name = text(u2(at));
        if (end < at + 6 || end > b.length) {
          throw new IllegalArgumentException("an attribute that ends at " + end);
        } else if (name.equals("LocalVariableTable") || name.equals("LocalVariableTypeTable")) {
          left--;
          unused.set(u2(at));
          for (int entry = at + 8; entry + 10 <= end; entry += 10) {
            unused.set(u2(entry + 4));
            unused.set(u2(entry + 6));
          }
        } else if (name.equals("Code")) {
          code(keptOut);
        } else {
          keptOut.write(b, at, end - at);
        }
        at = end;
      }
      to.writeShort(left);
      kept.writeTo(to);
    }

    private void code(DataOutputStream to) throws IOException {
      ByteArrayOutputStream code = new ByteArrayOutputStream();
      int start = at;
      int handlers = at + 14 + u4(at + 10);
      at = handlers + 2 + 8 * u2(handlers);
      code.write(b, start + 6, at - start - 6);
      attributes(new DataOutputStream(code));
      to.writeShort(u2(start));
      to.writeInt(code.size());
      code.writeTo(to);
    }

    private String text(int constant) {
      int from = pool[constant];
      return new String(b, from + 2, u2(from), StandardCharsets.ISO_8859_1);
    }

    /** Whatever could be the position of a text is taken for one. */
    private void keepWhatIsUsed() {
      for (int i = 1; i < pool.length; i++) {
        int from = pool[i];
        int tag = from == 0 ? 0 : b[from - 1];
        if (tag >= 7 && tag != 15 && tag != 17 && tag != 18) {
          unused.clear(u2(from));
          if (tag == 12) {
            unused.clear(u2(from + 2));
          }
        }
      }
      byte[] rest = body.toByteArray();
      for (int i = 0; i + 1 < rest.length; i++) {
        unused.clear((rest[i] & 255) << 8 | rest[i + 1] & 255);
      }
    }
  }
}
