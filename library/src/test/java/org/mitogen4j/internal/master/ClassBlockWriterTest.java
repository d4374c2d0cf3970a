package org.mitogen4j.internal.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.internal.context.Packing;
import org.mitogen4j.internal.context.classes.ClassBlocks;

/** Class files of real jars come out of a block as they went in. */
class ClassBlockWriterTest {
  private static final byte[] DICTIONARY = new byte[100];

  /** Most of the classes of the jar that has a class. */
  private static Map<String, byte[]> classFiles(Class<?> inJar) throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>();
    Path path = Path.of(inJar.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (JarFile jar = new JarFile(path.toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
        String name = entry.getName();
        if (name.endsWith(".class") && !name.startsWith("META-INF") && files.size() < 2000) {
          String className = name.substring(0, name.length() - 6).replace('/', '.');
          files.put(className, jar.getInputStream(entry).readAllBytes());
        }
      }
    }
    return files;
  }

  /** All methods of a class: line numbers among instructions. */
  private static List<String> code(byte[] classFile) {
    List<String> code = new ArrayList<>();
    ClassVisitor reader =
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String type, String signature, String[] exceptions) {
            code.add(name + type + signature);
            return new Lines(code);
          }
        };
    new ClassReader(classFile).accept(reader, ClassReader.SKIP_FRAMES);
    return code;
  }

  private static final class Lines extends MethodVisitor {
    private final List<String> code;

    Lines(List<String> code) {
      super(Opcodes.ASM9);
      this.code = code;
    }

    @Override
    public void visitLineNumber(int line, Label start) {
      code.add("line " + line);
    }

    @Override
    public void visitInsn(int opcode) {
      code.add("" + opcode);
    }

    @Override
    public void visitVarInsn(int opcode, int variable) {
      code.add(opcode + " " + variable);
    }

    @Override
    public void visitMethodInsn(int opcode, String owner, String name, String type, boolean face) {
      code.add(opcode + owner + name + type);
    }
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        net.bytebuddy.ByteBuddy.class,
        org.junit.jupiter.api.Test.class,
        org.assertj.core.api.Assertions.class
      })
  void codeAndLineNumbersOfAClassComeOutOfABlockAsTheyWentIn(Class<?> inJar) throws Exception {
    Map<String, byte[]> files = classFiles(inJar);

    byte[] block = ClassBlockWriter.pack(files, DICTIONARY, Packing.FAST);

    Map<String, byte[]> unpacked = ClassBlocks.unpack(block, DICTIONARY);
    assertThat(unpacked.keySet()).isEqualTo(files.keySet());
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      assertThat(code(unpacked.get(file.getKey())))
          .as(file.getKey())
          .isEqualTo(code(file.getValue()));
    }
  }

  /** A class with a method of 5,000 lines; further lines are at its end and at its beginning. */
  private static byte[] longMethod() {
    ClassWriter writer = new ClassWriter(0);
    writer.visit(Opcodes.V1_8, Opcodes.ACC_PUBLIC, "Long", null, "java/lang/Object", null);
    MethodVisitor method = writer.visitMethod(Opcodes.ACC_STATIC, "m", "()V", null, null);
    method.visitCode();
    for (int line = 1; line <= 5000; line++) {
      line(method, line);
    }
    line(method, 65_535);
    line(method, 3);
    line(method, 40_000);
    method.visitInsn(Opcodes.RETURN);
    method.visitMaxs(0, 0);
    method.visitEnd();
    writer.visitEnd();
    return writer.toByteArray();
  }

  private static void line(MethodVisitor method, int line) {
    Label here = new Label();
    method.visitLabel(here);
    method.visitLineNumber(line, here);
    method.visitInsn(Opcodes.NOP);
  }

  @Test
  void theLinesOfALongMethodTakeFewBytes() throws Exception {
    byte[] classFile = longMethod();

    byte[] block = ClassBlockWriter.pack(Map.of("Long", classFile), DICTIONARY, Packing.FAST);

    assertThat(block.length).isLessThan(500); // 10 KB without differences
    assertThat(ClassBlocks.unpack(block, DICTIONARY).get("Long")).isEqualTo(classFile);
  }
}
