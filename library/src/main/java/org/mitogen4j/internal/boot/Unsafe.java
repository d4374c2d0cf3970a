package org.mitogen4j.internal.boot;

import java.lang.reflect.Field;

/**
 * Stands for {@code sun.misc.Unsafe}, which all JDKs have (module jdk.unsupported) but javac does
 * not show when it compiles for Java 8. The packer puts that class in its place. Used by the first
 * stage and by {@code JdkField}: to call it by reflection takes the JVM some 10 ms.
 */
public final class Unsafe {
  private Unsafe() {}

  native long objectFieldOffset(Field field);

  native void putInt(Object object, long offset, int value);

  public native Object staticFieldBase(Field field);

  public native long staticFieldOffset(Field field);

  public native Object getObjectVolatile(Object object, long offset);

  public native void putObjectVolatile(Object object, long offset, Object value);
}
