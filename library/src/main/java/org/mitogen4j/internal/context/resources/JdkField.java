package org.mitogen4j.internal.context.resources;

import java.lang.reflect.Field;
import org.mitogen4j.internal.boot.Unsafe;

/** A private static field of the JDK, to change what the JDK lets a process set only once. */
final class JdkField {
  private final Unsafe unsafe;
  private final Object base;
  private final long offset;

  /**
   * Finds the field.
   *
   * @param type what the field is declared as: the JVM checks no value that is put there
   * @throws ReflectiveOperationException if there is no such field
   * @throws LinkageError if there is no module jdk.unsupported
   */
  JdkField(Class<?> in, String name, Class<?> type) throws ReflectiveOperationException {
    Field field = in.getDeclaredField(name);
    if (field.getType() != type) {
      throw new NoSuchFieldException(field.toString());
    }
    Field only = Unsafe.class.getDeclaredField("theUnsafe");
    only.setAccessible(true);
    unsafe = (Unsafe) only.get(null);
    base = unsafe.staticFieldBase(field);
    offset = unsafe.staticFieldOffset(field);
  }

  Object get() {
    return unsafe.getObjectVolatile(base, offset);
  }

  void set(Object value) {
    unsafe.putObjectVolatile(base, offset, value);
  }
}
