package org.mitogen4j.packer;

import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Gives all methods of some classes the largest stack and the most local variables that any of them
 * needs: equal numbers compress to almost nothing. A call takes a few words more of the stack until
 * the method is compiled.
 */
final class FrameSizes {
  private int stack;
  private int locals;

  private FrameSizes() {}

  static Map<String, byte[]> unify(Map<String, byte[]> classes) {
    FrameSizes sizes = new FrameSizes();
    classes.values().forEach(sizes::measure);
    Map<String, byte[]> unified = new TreeMap<>();
    classes.forEach((name, bytes) -> unified.put(name, sizes.set(bytes)));
    return unified;
  }

  private void measure(byte[] bytes) {
    References.visitMethods(
        bytes,
        new MethodVisitor(Opcodes.ASM9) {
          @Override
          public void visitMaxs(int maxStack, int maxLocals) {
            stack = Math.max(stack, maxStack);
            locals = Math.max(locals, maxLocals);
          }
        });
  }

  private byte[] set(byte[] bytes) {
    ClassWriter writer = new ClassWriter(0);
    ClassVisitor visitor =
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            return new MethodVisitor(Opcodes.ASM9, next) {
              @Override
              public void visitMaxs(int maxStack, int maxLocals) {
                super.visitMaxs(stack, locals);
              }
            };
          }
        };
    new ClassReader(bytes).accept(visitor, 0);
    return writer.toByteArray();
  }
}
