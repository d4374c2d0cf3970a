package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.internal.context.Packing;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Header;

/** Several packed classes that travel in one frame, each as it would alone. For one thread. */
public final class ClassBatch {
  /** The most bytes that the lengths of a class and its name take. */
  private static final int LENGTHS = 20;

  private static final int MAX_BYTES = Header.MAX_PAYLOAD - 2000;

  /** The most bytes of a class, packed, with its name. */
  public static final int MAX_CLASS = MAX_BYTES - 1000;

  private final List<String> large = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<Integer> sizes = new ArrayList<>();

  private final Encoder message;

  /**
   * @param message an empty one
   */
  public ClassBatch(Encoder message) {
    this.message = message;
    message.text(ResourceKey.CLASSES);
  }

  /**
   * Whether there is room for one more class.
   *
   * @param bytes of its name and of the deflated class
   */
  public boolean hasRoom(int bytes) {
    return message.len + bytes + LENGTHS <= MAX_BYTES;
  }

  /**
   * Adds a class.
   *
   * @param size of the class file, in bytes
   * @param deflated without a zlib header
   */
  public void add(String name, int size, byte[] deflated) {
    message.text(name);
    message.varint(4 + deflated.length);
    message.u8(size >> 24);
    message.u8(size >> 16);
    message.u8(size >> 8);
    message.u8(size);
    Packing.copy(deflated, 0, deflated.length, message);
    names.add(name);
    sizes.add(4 + deflated.length);
  }

  /** Adds the name of a class that is to be sent by itself. */
  public void addLarge(String name) {
    large.add(name);
  }

  /** The classes that are to be sent by themselves. */
  List<String> large() {
    return large;
  }

  boolean isEmpty() {
    return names.isEmpty() && large.isEmpty();
  }

  /** The classes in {@link #message}. */
  public List<String> names() {
    return names;
  }

  /** The bytes of each class, packed. */
  public List<Integer> sizes() {
    return sizes;
  }

  /** The bytes of all classes, packed. */
  int bytes() {
    int sum = 0;
    for (int size : sizes) {
      sum += size;
    }
    return sum;
  }

  /** To be sent to BLOCK. */
  public Encoder message() {
    return message;
  }
}
