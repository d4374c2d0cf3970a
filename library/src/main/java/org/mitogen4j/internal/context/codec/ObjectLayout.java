package org.mitogen4j.internal.context.codec;

import java.io.File;
import java.io.Serializable;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The components of a record or a plain class, and how objects are built of their values. */
final class ObjectLayout {
  static final char RECORD = 'R';
  static final char PLAIN = 'P';

  /** A component of type String; other letters are those of class files (JVMS 4.3.2). */
  static final char TEXT = 'T';

  /** A component of any other type: a value with its tag. */
  static final char VALUE = 'L';

  /** Types of the API whose objects belong to one context, so that they can't be sent. */
  private static final List<String> BOUND =
      Arrays.asList(
          "org.mitogen4j.Router",
          "org.mitogen4j.Select",
          "org.mitogen4j.Call",
          "org.mitogen4j.Chain",
          "org.mitogen4j.Service");

  final Class<?> type;
  final boolean record;
  final Field[] fields;
  final String[] names;
  final char[] codes;

  /** The declared types of the components. */
  final Type[] types;

  private final Constructor<?> constructor;

  private ObjectLayout(Class<?> type, boolean record, List<Field> fields, Class<?>... parameters) {
    this.type = type;
    this.record = record;
    this.fields = fields.toArray(new Field[0]);
    names = new String[this.fields.length];
    codes = new char[names.length];
    types = new Type[names.length];
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < names.length; i++) {
      Field field = this.fields[i];
      names[i] = field.getName();
      if (!taken.add(names[i])) {
        names[i] = field.getDeclaringClass().getSimpleName() + "." + names[i];
      }
      codes[i] = code(field.getType());
      types[i] = field.getGenericType();
      open(field);
    }
    try {
      constructor = type.getDeclaredConstructor(parameters);
    } catch (NoSuchMethodException e) {
      throw new IllegalArgumentException(
          type.getName()
              + " has no constructor without parameters, which is needed to send its objects to a"
              + " context that is not below: add one (it may be private), or make it a record",
          e);
    }
    open(constructor);
  }

  static ObjectLayout of(Class<?> type) {
    if (Records.is(type)) {
      return record(type);
    }
    String why = notPlain(type);
    if (why != null) {
      throw new IllegalArgumentException(why);
    }
    List<Field> fields = new ArrayList<>();
    for (Class<?> c = type; c != Object.class; c = c.getSuperclass()) {
      for (Field field : c.getDeclaredFields()) {
        if ((field.getModifiers() & (Modifier.STATIC | Modifier.TRANSIENT)) == 0) {
          fields.add(field);
        }
      }
    }
    return new ObjectLayout(type, false, fields);
  }

  private static ObjectLayout record(Class<?> type) {
    String[] names = Records.components(type);
    List<Field> fields = new ArrayList<>();
    Class<?>[] parameters = new Class<?>[names.length];
    try {
      for (int i = 0; i < names.length; i++) {
        Field field = type.getDeclaredField(names[i]);
        parameters[i] = field.getType();
        fields.add(field);
      }
    } catch (NoSuchFieldException e) {
      throw new IllegalArgumentException(type.getName() + " has no field for a component", e);
    }
    return new ObjectLayout(type, true, fields, parameters);
  }

  /** Why objects of a class can't be sent to a context that is not below; null if they can. */
  private static String notPlain(Class<?> type) {
    String name = type.getName();
    if (File.class.isAssignableFrom(type) || Path.class.isAssignableFrom(type)) {
      return "a " + name + " means a place on its own machine: send its path as a String";
    } else if (Modifier.isAbstract(type.getModifiers()) || type.isPrimitive()) {
      return name + " can't have objects of its own";
    } else if (BOUND.contains(name)) {
      return "a "
          + name
          + " belongs to the context that made it: send a Receiver or its sender(), a channel's"
          + " other(), or a Context; a function gets its own router with Router.current()";
    } else if (isJdk(type)) {
      return "a value of type "
          + name
          + " can't be sent here: null, strings, numbers, dates, arrays, lists, sets, maps, enums,"
          + " records and Serializable classes of the program can";
    } else if (type.isSynthetic() && !Serializable.class.isAssignableFrom(type)) {
      return "the lambda or method reference " + name + " is not serializable";
    } else if (type.isSynthetic()) {
      return "a lambda or method reference (" + name + ") can only be sent to a context below";
    } else if (!Serializable.class.isAssignableFrom(type)) {
      return "a value of type "
          + name
          + " can't be sent: make it a record, or a Serializable class with a constructor without"
          + " parameters";
    } else if (type.isAnonymousClass()
        || type.isLocalClass()
        || (type.isMemberClass() && !Modifier.isStatic(type.getModifiers()))) {
      return name + " belongs to an object around it, which can't be sent along: make it static";
    }
    for (Class<?> c = type.getSuperclass(); c != Object.class; c = c.getSuperclass()) {
      if (isJdk(c)) {
        return name + " extends " + c.getName() + ", whose fields can't be sent: use a record";
      }
    }
    return null;
  }

  static boolean isJdk(Class<?> type) {
    String name = type.getName();
    return type.getClassLoader() == null
        || name.startsWith("java.")
        || name.startsWith("javax.")
        || name.startsWith("jdk.")
        || name.startsWith("sun.")
        || name.startsWith("com.sun.");
  }

  private void open(AccessibleObject member) {
    try {
      member.setAccessible(true);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "Java does not let objects of "
              + type.getName()
              + " be sent: its module must open the package to all, or to org.mitogen4j ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  private static char code(Class<?> type) {
    if (type == String.class) {
      return TEXT;
    } else if (!type.isPrimitive()) {
      return VALUE;
    } else if (type == boolean.class) {
      return 'Z';
    } else if (type == long.class) {
      return 'J';
    }
    return Character.toUpperCase(type.getName().charAt(0));
  }

  String typeOf(int component) {
    return fields[component].getType().getTypeName();
  }

  /** The names of the components, for messages. */
  String list() {
    return Arrays.toString(names);
  }

  /** The index of a component; -1 if there is none of this name. */
  int indexOf(String name) {
    for (int i = 0; i < names.length; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Builds an object.
   *
   * @param values the values of the components, each of its type
   */
  Object build(Object[] values) throws ReflectiveOperationException {
    try {
      if (record) {
        return constructor.newInstance(values);
      }
      Object object = constructor.newInstance();
      for (int i = 0; i < values.length; i++) {
        fields[i].set(object, values[i]);
      }
      return object;
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "a " + type.getName() + " can't be made of what came: " + e.getCause(), e.getCause());
    }
  }
}
