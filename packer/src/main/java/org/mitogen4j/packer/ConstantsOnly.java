package org.mitogen4j.packer;

import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Finds classes that have nothing but constants; the compiler copies these to where they are used.
 */
final class ConstantsOnly extends ClassVisitor {
  private boolean holdsMore;

  private ConstantsOnly() {
    super(Opcodes.ASM9);
  }

  /** All classes without those that have only constants and that no other class refers to. */
  static Map<String, byte[]> leaveOut(Map<String, byte[]> classes) {
    Map<String, byte[]> kept = new TreeMap<>(classes);
    kept.entrySet().removeIf(e -> isTrueOf(e.getValue()) && isUnused(e.getKey(), classes));
    return kept;
  }

  private static boolean isUnused(String name, Map<String, byte[]> classes) {
    return classes.entrySet().stream()
        .noneMatch(e -> !e.getKey().equals(name) && References.of(e.getValue()).contains(name));
  }

  private static boolean isTrueOf(byte[] bytes) {
    ConstantsOnly visitor = new ConstantsOnly();
    new ClassReader(bytes).accept(visitor, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return !visitor.holdsMore;
  }

  @Override
  public void visit(
      int version, int access, String name, String signature, String parent, String[] types) {
    holdsMore |= !parent.equals("java/lang/Object") || types.length > 0;
    holdsMore |= (access & Opcodes.ACC_INTERFACE) != 0;
  }

  @Override
  public FieldVisitor visitField(
      int access, String name, String descriptor, String signature, Object value) {
    holdsMore |= (access & Opcodes.ACC_STATIC) == 0 || value == null;
    return null;
  }

  @Override
  public MethodVisitor visitMethod(
      int access, String name, String descriptor, String signature, String[] exceptions) {
    holdsMore |= !name.equals("<init>") || (access & Opcodes.ACC_PRIVATE) == 0;
    return null;
  }
}
