package org.mitogen4j.packer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What follows the constant pool in a class file, so far apart that fields and methods can be put
 * in another order. Immutable.
 *
 * @param head flags, names of the class and its supertypes
 * @param fields each with its attributes
 * @param methods each with its attributes
 * @param tail the attributes of the class
 */
record ClassBody(byte[] head, List<byte[]> fields, List<byte[]> methods, byte[] tail) {
  /** Bytes of flags, name and descriptor of a member, ahead of the number of its attributes. */
  private static final int MEMBER_HEAD = 3 * Short.BYTES;

  static ClassBody of(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int interfaces = in.getShort(3 * Short.BYTES);
    byte[] head = cut(in, (4 + interfaces) * Short.BYTES);
    List<byte[]> fields = members(in);
    List<byte[]> methods = members(in);
    return new ClassBody(head, fields, methods, cut(in, in.remaining()));
  }

  private static List<byte[]> members(ByteBuffer in) {
    List<byte[]> members = new ArrayList<>();
    for (int left = in.getShort(); left > 0; left--) {
      int start = in.position();
      int end = start + MEMBER_HEAD + Short.BYTES;
      for (int attributes = in.getShort(start + MEMBER_HEAD); attributes > 0; attributes--) {
        end += Short.BYTES + Integer.BYTES + in.getInt(end + Short.BYTES);
      }
      members.add(cut(in, end - start));
    }
    return members;
  }

  private static byte[] cut(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** The same with one member elsewhere, of those where there are several. */
  ClassBody moveOne(Random random) {
    boolean field = random.nextInt(3) == 0; // most bytes are methods
    List<byte[]> changed = new ArrayList<>(field ? fields : methods);
    if (changed.size() > 1) {
      byte[] moved = changed.remove(random.nextInt(changed.size()));
      changed.add(random.nextInt(changed.size() + 1), moved);
    }
    return new ClassBody(head, field ? changed : fields, field ? methods : changed, tail);
  }

  byte[] bytes() {
    int length = head.length + 2 * Short.BYTES + tail.length;
    for (byte[] member : fields) {
      length += member.length;
    }
    for (byte[] member : methods) {
      length += member.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length).put(head).putShort((short) fields.size());
    fields.forEach(out::put);
    out.putShort((short) methods.size());
    methods.forEach(out::put);
    return out.put(tail).array();
  }
}
