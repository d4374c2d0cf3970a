package org.mitogen4j.packer;

import java.util.Set;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.Attribute;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Removes from a class what a JVM does not need to run it: debug information, generic signatures,
 * annotations, the list of inner classes, declared exceptions, and constants that the compiler has
 * copied to where they are used.
 *
 * <p>Reflection sees the difference: a nested class that lost its mark has another simple name. So
 * a class that is serialized needs a serialVersionUID of its own. Code runs as before. Nest members
 * stay, since from Java 11 on they are what lets nested classes see each other's private members.
 *
 * <p>Stack map frames stay, though they are about a tenth of what is compressed: without them a
 * class would have to pass for one of Java 5, with a verifier that JVMs are about to lose.
 */
final class Stripper {
  private final Set<String> constantsInUse;

  /**
   * Makes a stripper.
   *
   * @param constantsInUse fields that are read at run time, as {@code owner.name}
   */
  Stripper(Set<String> constantsInUse) {
    this.constantsInUse = constantsInUse;
  }

  /** Takes out debug information only: line numbers, names of variables and sources. */
  static byte[] withoutDebug(byte[] compiled) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(compiled).accept(writer, ClassReader.SKIP_DEBUG);
    return writer.toByteArray();
  }

  byte[] strip(byte[] compiled) {
    ClassReader reader = new ClassReader(compiled);
    ClassWriter writer = new ClassWriter(0); // Without the reader: its constant pool stays behind.
    reader.accept(new ClassStripper(writer), ClassReader.SKIP_DEBUG);
    return writer.toByteArray();
  }

  private final class ClassStripper extends ClassVisitor {
    private String owner;
    private boolean isInterface;

    ClassStripper(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visit(
        int version, int access, String name, String signature, String parent, String[] types) {
      owner = name;
      isInterface = (access & Opcodes.ACC_INTERFACE) != 0;
      super.visit(version, plain(access), name, null, parent, types);
    }

    @Override
    public void visitOuterClass(String outer, String method, String descriptor) {}

    @Override
    public void visitInnerClass(String name, String outer, String simpleName, int access) {}

    @Override
    public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
      return null;
    }

    @Override
    public void visitAttribute(Attribute attribute) {}

    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      boolean neverRead = value != null && !constantsInUse.contains(owner + "." + name);
      if (!neverRead || name.equals("serialVersionUID")) {
        super.visitField(plain(access), name, descriptor, null, value);
      }
      return null; // Nobody visits the field's annotations, so it has none.
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      // Proxies need the declared exceptions of interfaces; those of classes have no use.
      String[] kept = isInterface ? exceptions : null;
      return new MethodStripper(super.visitMethod(open(access), name, descriptor, null, kept));
    }

    /**
     * Methods are public, and none is final: flags that are alike compress better. Calls stay what
     * they are, since the compiler has chosen their instructions.
     */
    private int open(int access) {
      int kept = Opcodes.ACC_STATIC | Opcodes.ACC_SYNCHRONIZED | Opcodes.ACC_ABSTRACT;
      return Opcodes.ACC_PUBLIC | access & (kept | Opcodes.ACC_NATIVE);
    }

    private int plain(int access) {
      return access & ~Opcodes.ACC_DEPRECATED;
    }
  }

  private static final class MethodStripper extends MethodVisitor {
    MethodStripper(MethodVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
      return null;
    }

    @Override
    public void visitAnnotableParameterCount(int count, boolean visible) {}

    @Override
    public AnnotationVisitor visitParameterAnnotation(
        int parameter, String descriptor, boolean visible) {
      return null;
    }

    @Override
    public void visitAttribute(Attribute attribute) {}
  }
}
