package org.mitogen4j.internal.boot;

import java.lang.reflect.Field;

/**
 * Stands for {@code sun.misc.Unsafe}, which all JDKs have (module jdk.unsupported) but javac does
 * not show when it compiles for Java 8. The packer puts that class in its place. Not to be used
 * anywhere else.
 */
final class Unsafe {
  private Unsafe() {}

  native long objectFieldOffset(Field field);

  native void putInt(Object object, long offset, int value);
}
