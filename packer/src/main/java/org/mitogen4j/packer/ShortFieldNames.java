package org.mitogen4j.packer;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Gives short names to fields that only the packed classes can use: those that are private or
 * visible in their package. Fields of different types may have the same name, and the names are
 * texts that any class file has. Methods keep their names, for stack traces.
 */
final class ShortFieldNames {
  private static final String[] NAMES = {
    "I", "J", "Z", "V", "B", "C", "a", "b", "c", "d", "e", "f"
  };
  private static final int OTHERS_MAY_USE = Opcodes.ACC_PUBLIC | Opcodes.ACC_PROTECTED;

  /** New names by class, name and type. */
  private final Map<String, String> names = new HashMap<>();

  /** The number of renamed fields of a type, by class and type. */
  private final Map<String, Integer> counts = new HashMap<>();

  private final Map<String, String> parents = new HashMap<>();

  private ShortFieldNames() {}

  /** Renames fields in all of these classes, by internal name. */
  static Map<String, byte[]> in(Map<String, byte[]> classes) {
    ShortFieldNames all = new ShortFieldNames();
    classes.forEach((name, bytes) -> all.parents.put(name, new ClassReader(bytes).getSuperName()));
    Map<String, byte[]> renamed = new TreeMap<>();
    for (String name : classes.keySet()) {
      all.collect(name, classes);
    }
    classes.forEach((name, bytes) -> renamed.put(name, all.rename(bytes)));
    return renamed;
  }

  /** Renames the superclass's fields first: a field must not hide one of the superclass. */
  private void collect(String owner, Map<String, byte[]> classes) {
    String parent = parents.get(owner);
    if (counts.putIfAbsent(owner, 0) != null) {
      return;
    }
    if (classes.containsKey(parent)) {
      collect(parent, classes);
    }
    new ClassReader(classes.get(owner))
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public FieldVisitor visitField(
                  int access, String name, String type, String signature, Object value) {
                if ((access & OTHERS_MAY_USE) == 0 && !name.equals("serialVersionUID")) {
                  int number = count(owner, type);
                  counts.put(owner + " " + type, number + 1);
                  names.put(owner + "." + name + " " + type, NAMES[number]);
                }
                return null;
              }
            },
            ClassReader.SKIP_CODE);
  }

  private int count(String owner, String type) {
    Integer own = counts.get(owner + " " + type);
    if (own == null) {
      String parent = parents.get(owner);
      own = parents.containsKey(parent) ? count(parent, type) : 0;
    }
    return own;
  }

  /** The new name of a field that code refers to, perhaps by a subclass. */
  private String name(String owner, String name, String type) {
    for (String at = owner; at != null; at = parents.get(at)) {
      String renamed = names.get(at + "." + name + " " + type);
      if (renamed != null) {
        return renamed;
      }
    }
    return name;
  }

  private byte[] rename(byte[] bytes) {
    ClassReader reader = new ClassReader(bytes);
    ClassWriter writer = new ClassWriter(0);
    String owner = reader.getClassName();
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public FieldVisitor visitField(
              int access, String name, String type, String signature, Object value) {
            return super.visitField(access, name(owner, name, type), type, signature, value);
          }

          @Override
          public MethodVisitor visitMethod(
              int access, String name, String type, String signature, String[] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, type, signature, exceptions);
            return new MethodVisitor(Opcodes.ASM9, next) {
              @Override
              public void visitFieldInsn(int opcode, String of, String field, String fieldType) {
                super.visitFieldInsn(opcode, of, name(of, field, fieldType), fieldType);
              }
            };
          }
        },
        0);
    return writer.toByteArray();
  }
}
