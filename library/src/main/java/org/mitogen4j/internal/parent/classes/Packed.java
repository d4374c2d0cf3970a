package org.mitogen4j.internal.parent.classes;

import java.util.Collections;
import java.util.List;
import org.mitogen4j.internal.context.ClassBlocks;

/** One or more classes as they travel. Immutable. */
public final class Packed {
  /** The class, or what the block is called. */
  public final String name;

  public final byte[] bytes;

  /** The names of the classes, in the order in which they are likely to be needed. */
  public final List<String> classes;

  private Packed(String name, byte[] bytes, List<String> classes) {
    this.name = name;
    this.bytes = bytes;
    this.classes = classes;
  }

  /** A class by itself. */
  public static Packed single(String className, byte[] bytes) {
    return new Packed(className, bytes, Collections.singletonList(className));
  }

  /** A class, or a resource, that travels under another name. */
  static Packed variant(String name, byte[] bytes, String className) {
    return new Packed(name, bytes, Collections.singletonList(className));
  }

  /** Several classes. */
  public static Packed block(byte[] bytes, List<String> classes) {
    return new Packed(ClassBlocks.name(bytes), bytes, classes);
  }

  boolean isBlock() {
    return ClassBlocks.isBlock(bytes);
  }
}
