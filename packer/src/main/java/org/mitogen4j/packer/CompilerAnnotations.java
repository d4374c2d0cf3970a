package org.mitogen4j.packer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Removes annotations from compiled classes that only the compiler's checks read, such as
 * {@code @GuardedBy}. So the compilers of the library's users do not look for their classes, which
 * the library does not depend on, and children are not sent them.
 */
final class CompilerAnnotations {
  private static final String DESCRIPTOR = "Lcom/google/errorprone/annotations/";

  private CompilerAnnotations() {}

  /** Rewrites the classes below a folder that have such annotations; keeps the times of files. */
  static void removeBelow(Path classes) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(classes)) {
      files = all.filter(file -> file.toString().endsWith(".class")).toList();
    }
    for (Path file : files) {
      byte[] compiled = Files.readAllBytes(file);
      if (new String(compiled, StandardCharsets.ISO_8859_1).contains(DESCRIPTOR)) {
        FileTime time = Files.getLastModifiedTime(file);
        Files.write(file, removedFrom(compiled));
        Files.setLastModifiedTime(file, time);
      }
    }
  }

  static byte[] removedFrom(byte[] compiled) {
    ClassWriter writer = new ClassWriter(0); // without the reader, whose constants would stay
    new ClassReader(compiled).accept(new Remover(writer), 0);
    return writer.toByteArray();
  }

  private static boolean isRead(String descriptor) {
    return !descriptor.startsWith(DESCRIPTOR);
  }

  private static final class Remover extends ClassVisitor {
    Remover(ClassVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
      return isRead(descriptor) ? super.visitAnnotation(descriptor, visible) : null;
    }

    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      FieldVisitor field = super.visitField(access, name, descriptor, signature, value);
      return new FieldVisitor(Opcodes.ASM9, field) {
        @Override
        public AnnotationVisitor visitAnnotation(String annotation, boolean visible) {
          return isRead(annotation) ? super.visitAnnotation(annotation, visible) : null;
        }
      };
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor method = super.visitMethod(access, name, descriptor, signature, exceptions);
      return new MethodVisitor(Opcodes.ASM9, method) {
        @Override
        public AnnotationVisitor visitAnnotation(String annotation, boolean visible) {
          return isRead(annotation) ? super.visitAnnotation(annotation, visible) : null;
        }
      };
    }
  }
}
