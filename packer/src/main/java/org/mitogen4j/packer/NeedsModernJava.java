package org.mitogen4j.packer;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Finds out whether a class uses something that a JVM refuses in a class file of Java 5. */
final class NeedsModernJava extends ClassVisitor {
  private boolean found;
  private boolean isInterface;

  private NeedsModernJava() {
    super(Opcodes.ASM9);
  }

  static boolean isTrueOf(ClassReader reader) {
    NeedsModernJava visitor = new NeedsModernJava();
    reader.accept(visitor, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    return visitor.found;
  }

  @Override
  public void visit(
      int version, int access, String name, String signature, String parent, String[] types) {
    found |= version > Opcodes.V1_8;
    isInterface = (access & Opcodes.ACC_INTERFACE) != 0;
  }

  @Override
  public MethodVisitor visitMethod(
      int access, String name, String descriptor, String signature, String[] exceptions) {
    found |= isInterface && (access & Opcodes.ACC_ABSTRACT) == 0 && !name.equals("<clinit>");
    return new MethodVisitor(Opcodes.ASM9) {
      @Override
      public void visitInvokeDynamicInsn(
          String called, String type, Handle bootstrap, Object... arguments) {
        found = true;
      }

      @Override
      public void visitMethodInsn(
          int opcode, String owner, String called, String type, boolean ofInterface) {
        // From Java 8 on, an interface's static and default methods are called like this.
        found |= ofInterface && opcode != Opcodes.INVOKEINTERFACE;
      }

      @Override
      public void visitLdcInsn(Object value) {
        // Numbers, strings and classes are old; method handles and method types are not.
        found |= value instanceof Handle || isMethodType(value);
      }
    };
  }

  private static boolean isMethodType(Object value) {
    return value instanceof Type type && type.getSort() == Type.METHOD;
  }
}
