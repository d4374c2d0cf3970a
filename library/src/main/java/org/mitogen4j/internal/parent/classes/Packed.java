package org.mitogen4j.internal.parent.classes;

import java.util.Collections;
import java.util.List;
import org.mitogen4j.internal.context.classes.ClassBlocks;

/** A packed class, or a block of several. Immutable. */
public final class Packed {
  /** The name of the class or of the block. */
  public final String name;

  public final byte[] bytes;

  /** The names of the classes, the most likely first. */
  public final List<String> classes;

  private Packed(String name, byte[] bytes, List<String> classes) {
    this.name = name;
    this.bytes = bytes;
    this.classes = classes;
  }

  /** A single class. */
  public static Packed single(String className, byte[] bytes) {
    return new Packed(className, bytes, Collections.singletonList(className));
  }

  /** A class that is sent under the name of its variant, or a resource under its key. */
  static Packed variant(String name, byte[] bytes, String className) {
    return new Packed(name, bytes, Collections.singletonList(className));
  }

  /** Several classes. */
  public static Packed block(byte[] bytes, List<String> classes) {
    return new Packed(ClassBlocks.name(bytes), bytes, classes);
  }

  /** The packed bytes of all of these. */
  static long size(List<Packed> all) {
    long size = 0;
    for (Packed packed : all) {
      size += packed.bytes.length;
    }
    return size;
  }

  boolean isBlock() {
    return ClassBlocks.isBlock(bytes);
  }
}
