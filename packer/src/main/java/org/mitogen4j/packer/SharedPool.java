package org.mitogen4j.packer;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * One constant pool for several classes, so that it has to be sent only once.
 *
 * <p>Most constants consist of the positions of other constants. Here the constants of a kind are
 * sorted, and those that they refer to are in the order in which they are referred to. So the
 * positions mostly grow by one, and {@link #packed} writes the differences, which compress well.
 */
final class SharedPool {
  private static final int UTF8 = 1;
  private static final int INTEGER = 3;
  private static final int FLOAT = 4;
  private static final int LONG = 5;
  private static final int DOUBLE = 6;
  private static final int CLASS = 7;
  private static final int STRING = 8;
  private static final int FIELD = 9;
  private static final int METHOD = 10;
  private static final int INTERFACE_METHOD = 11;
  private static final int NAME_AND_TYPE = 12;

  /** A constant; fields that its tag does not use are empty. */
  private record Constant(int tag, String owner, String name, String type, long bits) {
    static Constant of(int tag, String name) {
      return new Constant(tag, "", name, "", 0);
    }

    static Constant of(int tag, String name, String type) {
      return new Constant(tag, "", name, type, 0);
    }
  }

  /** Constants that code loads come first: the short form of ldc takes positions below 256 only. */
  private static final List<List<Integer>> TAGS_BY_SIZE =
      List.of(
          List.of(CLASS, STRING),
          List.of(INTEGER, FLOAT, FIELD, METHOD, INTERFACE_METHOD, NAME_AND_TYPE),
          List.of(LONG, DOUBLE));

  private static final Comparator<Constant> ORDER =
      comparing(Constant::owner)
          .thenComparing(Constant::type)
          .thenComparing(Constant::name)
          .thenComparingLong(Constant::bits);

  /** Lists of constants that take equally many bytes each; without the texts, which come last. */
  private final List<List<Constant>> groups = new ArrayList<>();

  private final Set<String> texts = new LinkedHashSet<>();
  private final Map<Constant, Integer> positions = new HashMap<>();
  private int size = 1;

  /** The beginning of a class file, up to the end of the pool. */
  private final byte[] head;

  SharedPool(Collection<byte[]> classes) {
    Set<Constant> constants = new TreeSet<>(comparingInt(Constant::tag).thenComparing(ORDER));
    classes.forEach(bytes -> collect(bytes, constants));
    arrange(constants);
    head = write();
  }

  private static void collect(byte[] bytes, Set<Constant> constants) {
    ClassReader reader = new ClassReader(bytes);
    char[] buffer = new char[reader.getMaxStringLength()];
    for (int i = 1; i < reader.getItemCount(); i++) {
      int at = reader.getItem(i);
      if (at != 0) { // a long or double takes two positions
        constants.add(constant(bytes[at - 1], reader, i, buffer));
      }
    }
  }

  private static Constant constant(int tag, ClassReader reader, int i, char[] buffer) {
    int at = reader.getItem(i);
    return switch (tag) {
      case UTF8 -> Constant.of(tag, text(reader, at));
      case INTEGER, FLOAT -> new Constant(tag, "", "", "", reader.readInt(at));
      case LONG, DOUBLE -> new Constant(tag, "", "", "", reader.readLong(at));
      case CLASS, STRING -> Constant.of(tag, reader.readUTF8(at, buffer));
      case NAME_AND_TYPE ->
          Constant.of(tag, reader.readUTF8(at, buffer), reader.readUTF8(at + 2, buffer));
      case FIELD, METHOD, INTERFACE_METHOD -> {
        int nameAndType = reader.getItem(reader.readUnsignedShort(at + 2));
        yield new Constant(
            tag,
            reader.readClass(at, buffer),
            reader.readUTF8(nameAndType, buffer),
            reader.readUTF8(nameAndType + 2, buffer),
            0);
      }
      default ->
          throw new IllegalStateException("a constant that the kernel must do without: " + tag);
    };
  }

  /** A text by its position, which ASM gives only for the position of a reference to it. */
  private static String text(ClassReader reader, int at) {
    int length = reader.readUnsignedShort(at);
    byte[] bytes = new byte[2 + length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) reader.readByte(at + i);
    }
    try {
      return new java.io.DataInputStream(new java.io.ByteArrayInputStream(bytes)).readUTF();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void arrange(Set<Constant> constants) {
    for (List<Integer> tags : TAGS_BY_SIZE) {
      Set<Constant> group = new LinkedHashSet<>();
      for (int tag : tags) {
        if (tag == NAME_AND_TYPE) {
          // In the order in which the members before it need them.
          List<Constant> members = group.stream().filter(c -> c.tag >= FIELD).toList();
          members.forEach(c -> group.add(Constant.of(NAME_AND_TYPE, c.name, c.type)));
        }
        constants.stream().filter(c -> c.tag == tag).forEach(group::add);
      }
      groups.add(new ArrayList<>(group));
    }
    groups.get(0).forEach(c -> texts.add(c.name));
    List<Constant> namesAndTypes =
        groups.get(1).stream().filter(c -> c.tag == NAME_AND_TYPE).toList();
    namesAndTypes.forEach(c -> texts.add(c.name));
    namesAndTypes.forEach(c -> texts.add(c.type));
    constants.stream().filter(c -> c.tag == UTF8).forEach(c -> texts.add(c.name));

    for (List<Constant> group : groups) {
      for (Constant constant : group) {
        positions.put(constant, size);
        size += isLong(constant) ? 2 : 1;
      }
    }
    for (String text : texts) {
      positions.put(Constant.of(UTF8, text), size++);
    }
  }

  private static boolean isLong(Constant constant) {
    return constant.tag == LONG || constant.tag == DOUBLE;
  }

  private byte[] write() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writeStart(out);
      for (List<Constant> group : groups) {
        for (Constant constant : group) {
          out.write(bytesOf(constant));
        }
      }
      for (String text : texts) {
        out.write(UTF8);
        out.writeUTF(text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void writeStart(DataOutputStream out) throws IOException {
    out.writeInt(0xCAFEBABE);
    out.writeInt(Opcodes.V1_8);
    out.writeShort(size);
  }

  private byte[] bytesOf(Constant constant) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(constant.tag);
    switch (constant.tag) {
      case INTEGER, FLOAT -> out.writeInt((int) constant.bits);
      case LONG, DOUBLE -> out.writeLong(constant.bits);
      case CLASS, STRING -> out.writeShort(positionOf(Constant.of(UTF8, constant.name)));
      case NAME_AND_TYPE -> {
        out.writeShort(positionOf(Constant.of(UTF8, constant.name)));
        out.writeShort(positionOf(Constant.of(UTF8, constant.type)));
      }
      default -> {
        out.writeShort(positionOf(Constant.of(CLASS, constant.owner)));
        out.writeShort(positionOf(Constant.of(NAME_AND_TYPE, constant.name, constant.type)));
      }
    }
    return bytes.toByteArray();
  }

  private int positionOf(Constant constant) {
    return positions.get(constant);
  }

  /** The pool as {@link KernelImage} describes it. */
  byte[] packed() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writeStart(out);
      for (List<Constant> group : groups) {
        if (!group.isEmpty()) {
          writeColumns(group, out);
        }
      }
      out.write(0);
      out.writeShort(texts.size());
      for (String text : texts) {
        ByteArrayOutputStream utf = new ByteArrayOutputStream();
        new DataOutputStream(utf).writeUTF(text);
        if (utf.size() - 2 > 255) {
          throw new IllegalStateException("a text of more than 255 bytes: " + text);
        }
        out.write(utf.toByteArray(), 2, utf.size() - 2);
        out.write(0); // No text has such a byte: not even that of the character 0.
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void writeColumns(List<Constant> group, DataOutputStream out) throws IOException {
    List<byte[]> rows = new ArrayList<>();
    for (Constant constant : group) {
      rows.add(bytesOf(constant));
    }
    int width = rows.get(0).length;
    out.write(width);
    out.writeShort(rows.size());
    for (int column = 0; column < width; column++) {
      int last = 0;
      for (byte[] row : rows) {
        out.write(row[column] - last);
        last = row[column];
      }
    }
  }

  /** The rest of a class file behind the pool, for a class that uses this pool. */
  byte[] restOf(byte[] classFile) {
    byte[] written = use(classFile);
    return Arrays.copyOfRange(written, head.length, written.length);
  }

  /** The class file of a class, with this pool in place of its own. */
  byte[] use(byte[] classFile) {
    ClassWriter writer = new ClassWriter(new ClassReader(emptyClass()), 0);
    new ClassReader(classFile).accept(writer, 0);
    byte[] written = writer.toByteArray();
    if (!Arrays.equals(head, 0, head.length, written, 0, head.length)) {
      throw new IllegalStateException("a class that is not of Java 8, or has other constants");
    }
    return written;
  }

  /** A class file with this pool, so that ASM takes the pool over. */
  private byte[] emptyClass() {
    return Arrays.copyOf(head, head.length + 7 * Short.BYTES);
  }
}
