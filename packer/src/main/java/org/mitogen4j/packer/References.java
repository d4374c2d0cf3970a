package org.mitogen4j.packer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/** Checks which classes a class refers to. Names in strings are not seen. */
final class References {
  private final Predicate<String> allowed;

  /**
   * Makes a check.
   *
   * @param allowed whether an internal name outside java.* may be referred to
   */
  References(Predicate<String> allowed) {
    this.allowed = allowed;
  }

  /** Throws when any of the classes refers to a class that is not allowed, or uses lambdas. */
  void check(String what, Map<String, byte[]> classes) {
    List<String> faults = new ArrayList<>();
    classes.forEach(
        (name, bytes) -> {
          if (usesInvokeDynamic(bytes)) {
            faults.add("  " + name.replace('/', '.') + " uses a lambda, which is slow to start");
          }
          for (String other : of(bytes)) {
            if (!other.startsWith("java/") && !allowed.test(other)) {
              faults.add("  " + name.replace('/', '.') + " refers to " + other.replace('/', '.'));
            }
          }
        });
    if (!faults.isEmpty()) {
      throw new IllegalStateException(
          what
              + " must do with java.*, itself and no lambdas, for a child starts with it alone:\n"
              + String.join("\n", faults));
    }
  }

  /** The internal names of all classes that this one refers to, itself among them. */
  static Set<String> of(byte[] bytes) {
    Set<String> names = new TreeSet<>();
    Remapper collector =
        new Remapper(Opcodes.ASM9) {
          @Override
          public String map(String internalName) {
            names.add(internalName);
            return internalName;
          }
        };
    // The remapper sees every name on the way to a writer; the written class is not used.
    new ClassReader(bytes).accept(new ClassRemapper(new ClassWriter(0), collector), 0);
    return names;
  }

  /**
   * Whether a class has a lambda, a method reference, or another dynamically linked instruction.
   */
  static boolean usesInvokeDynamic(byte[] bytes) {
    boolean[] found = new boolean[1];
    visitMethods(
        bytes,
        new MethodVisitor(Opcodes.ASM9) {
          @Override
          public void visitInvokeDynamicInsn(
              String called, String type, Handle bootstrap, Object... arguments) {
            found[0] = true;
          }
        });
    return found[0];
  }

  /** The static fields that the code of this class reads, as {@code owner.name}. */
  static Set<String> staticFieldsRead(byte[] bytes) {
    Set<String> fields = new TreeSet<>();
    visitMethods(
        bytes,
        new MethodVisitor(Opcodes.ASM9) {
          @Override
          public void visitFieldInsn(int opcode, String owner, String field, String type) {
            if (opcode == Opcodes.GETSTATIC) {
              fields.add(owner + "." + field);
            }
          }
        });
    return fields;
  }

  /** Shows a visitor the code of all methods of a class. */
  static void visitMethods(byte[] bytes, MethodVisitor visitor) {
    new ClassReader(bytes)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String name, String type, String signature, String[] exceptions) {
                return visitor;
              }
            },
            0);
  }
}
