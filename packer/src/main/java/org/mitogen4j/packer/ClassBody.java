package org.mitogen4j.packer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The parsed rest of a class file behind the constant pool, so that fields and methods can get
 * another order, and bytes of one kind can be put together. For stripped classes only: their fields
 * have no attribute but a constant value, and their methods none but their code. Immutable.
 */
final class ClassBody {
  /** Bytes of flags, name, descriptor and number of attributes. */
  private static final int MEMBER_HEAD = 4 * Short.BYTES;

  /** Bytes of an attribute ahead of its content: name and length. */
  private static final int ATTRIBUTE_HEAD = Short.BYTES + Integer.BYTES;

  private static final byte[] NONE = {};

  /** Flags, names of the class and its supertypes. */
  private final byte[] head;

  /** Each with its attributes. */
  private final List<byte[]> fields;

  private final List<Method> methods;

  private ClassBody(byte[] head, List<byte[]> fields, List<Method> methods) {
    this.head = head;
    this.fields = fields;
    this.methods = methods;
  }

  private static final class Method {
    /** All up to the bytecode. */
    private final byte[] head;

    /** Empty where there is none. */
    private final byte[] code;

    /** All from the bytecode to the stack map. */
    private final byte[] exceptions;

    /** Empty where there is none. */
    private final byte[] map;

    Method(byte[] head, byte[] code, byte[] exceptions, byte[] map) {
      this.head = head;
      this.code = code;
      this.exceptions = exceptions;
      this.map = map;
    }
  }

  static ClassBody of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte[] head = cut(in, (4 + in.getShort(3 * Short.BYTES)) * Short.BYTES);
    List<byte[]> fields = new ArrayList<>();
    for (int left = in.getShort(); left > 0; left--) {
      int attributes = attributes(in, in.position());
      fields.add(cut(in, MEMBER_HEAD + attributes * (ATTRIBUTE_HEAD + Short.BYTES)));
    }
    List<Method> methods = new ArrayList<>();
    for (int left = in.getShort(); left > 0; left--) {
      methods.add(method(in));
    }
    if (in.getShort() != 0 || in.hasRemaining()) {
      throw new IllegalStateException("a class with attributes of its own");
    }
    return new ClassBody(head, fields, methods);
  }

  private static int attributes(ByteBuffer in, int member) {
    int attributes = in.getShort(member + MEMBER_HEAD - Short.BYTES);
    if (attributes > 1) {
      throw new IllegalStateException("a field or method with " + attributes + " attributes");
    }
    return attributes;
  }

  private static Method method(ByteBuffer in) {
    if (attributes(in, in.position()) == 0) {
      return new Method(cut(in, MEMBER_HEAD), NONE, NONE, NONE);
    }
    int ahead = MEMBER_HEAD + ATTRIBUTE_HEAD + 2 * Short.BYTES + Integer.BYTES;
    byte[] head = cut(in, ahead);
    byte[] code = cut(in, in.getInt(in.position() - Integer.BYTES));
    int caught = Short.BYTES + in.getShort(in.position()) * 4 * Short.BYTES;
    int attributes = in.getShort(in.position() + caught);
    byte[] exceptions = cut(in, caught + Short.BYTES + attributes * ATTRIBUTE_HEAD);
    byte[] map = cut(in, attributes == 0 ? 0 : in.getInt(in.position() - Integer.BYTES));
    return new Method(head, code, exceptions, map);
  }

  private static byte[] cut(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** A copy in which one field or method has another position. */
  ClassBody moveOne(Random random) {
    return random.nextInt(3) == 0 // most bytes are methods
        ? new ClassBody(head, moveOne(fields, random), methods)
        : new ClassBody(head, fields, moveOne(methods, random));
  }

  private static <T> List<T> moveOne(List<T> members, Random random) {
    List<T> changed = new ArrayList<>(members);
    if (changed.size() > 1) {
      T moved = changed.remove(random.nextInt(changed.size()));
      changed.add(random.nextInt(changed.size() + 1), moved);
    }
    return changed;
  }

  /** The bytes of code and stack maps, to compare classes by. */
  int size() {
    return methods.stream().mapToInt(method -> method.code.length + method.map.length).sum();
  }

  /** Writes bytecode and stack maps to where those are, and all else to {@code rest}. */
  void write(OutputStream rest, OutputStream code, OutputStream maps) throws IOException {
    rest.write(head);
    u2(rest, fields.size());
    for (byte[] field : fields) {
      rest.write(field);
    }
    u2(rest, methods.size());
    for (Method method : methods) {
      rest.write(method.head);
      code.write(method.code);
      rest.write(method.exceptions);
      maps.write(method.map);
    }
    u2(rest, 0);
  }

  private static void u2(OutputStream out, int value) throws IOException {
    out.write(value >> 8);
    out.write(value);
  }
}
