package org.mitogen4j.programs;

import java.lang.reflect.Constructor;

/** A function that needs what following its code does not find. */
public final class Reflective {
  private Reflective() {}

  /** Makes an object of a class, and says of which. */
  public static String make(String className) throws ReflectiveOperationException {
    Constructor<?> constructor = Class.forName(className).getDeclaredConstructor();
    constructor.setAccessible(true);
    return constructor.newInstance().getClass().getName();
  }
}
