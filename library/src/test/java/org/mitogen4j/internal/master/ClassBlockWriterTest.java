package org.mitogen4j.internal.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import net.bytebuddy.jar.asm.Attribute;
import net.bytebuddy.jar.asm.ByteVector;
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
import org.mitogen4j.internal.context.classes.LineTables;

/** Class files of real jars come out of a block as they went in. */
class ClassBlockWriterTest {
  private static final byte[] DICTIONARY = new byte[100];

  /** Where the instructions begin whose lines are in a second table. */
  private static final int IN_SECOND = 6;

  // positions in a constant pool
  private static final int CODE = 1;
  private static final int LINES = 2;

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

  /** A line number table beside the one that the writer makes of visited lines. */
  private static final class SecondTable extends Attribute {
    SecondTable() {
      super("LineNumberTable");
    }

    @Override
    public boolean isCodeAttribute() {
      return true;
    }

    @Override
    protected ByteVector write(
        ClassWriter writer, byte[] code, int length, int maxStack, int maxLocals) {
      ByteVector table = new ByteVector();
      table.putShort(2);
      table.putShort(IN_SECOND).putShort(7);
      table.putShort(IN_SECOND + 1).putShort(300);
      return table;
    }
  }

  /** Its one method fails in line 20 for 0, else in line 300, which only a second table has. */
  private static byte[] twoTables() {
    ClassWriter writer = new ClassWriter(0);
    writer.visit(Opcodes.V1_5, Opcodes.ACC_PUBLIC, "Two", null, "java/lang/Object", null);
    MethodVisitor method =
        writer.visitMethod(Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC, "fail", "(I)V", null, null);
    method.visitCode();
    Label second = new Label();
    method.visitVarInsn(Opcodes.ILOAD, 0);
    method.visitJumpInsn(Opcodes.IFNE, second);
    Label first = new Label();
    method.visitLabel(first);
    method.visitLineNumber(20, first);
    method.visitInsn(Opcodes.ACONST_NULL);
    method.visitInsn(Opcodes.ATHROW);
    method.visitLabel(second);
    assertThat(second.getOffset()).isEqualTo(IN_SECOND);
    method.visitInsn(Opcodes.ACONST_NULL);
    method.visitInsn(Opcodes.ATHROW);
    method.visitAttribute(new SecondTable());
    method.visitMaxs(1, 1);
    method.visitEnd();
    writer.visitEnd();
    return writer.toByteArray();
  }

  /** The lines in which the method fails. */
  private static List<Integer> linesOfFailures(byte[] classFile) throws Exception {
    Class<?> type =
        new ClassLoader(null) {
          Class<?> define() {
            return defineClass("Two", classFile, 0, classFile.length);
          }
        }.define();
    List<Integer> lines = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      try {
        type.getMethod("fail", int.class).invoke(null, i);
      } catch (InvocationTargetException failed) {
        lines.add(failed.getCause().getStackTrace()[0].getLineNumber());
      }
    }
    return lines;
  }

  @Test
  void aMethodWithTwoLineNumberTablesKeepsBoth() throws Exception {
    byte[] classFile = twoTables();
    assertThat(linesOfFailures(classFile)).containsExactly(20, 300);

    byte[] block = ClassBlockWriter.pack(Map.of("Two", classFile), DICTIONARY, Packing.FAST);

    byte[] unpacked = ClassBlocks.unpack(block, DICTIONARY).get("Two");
    assertThat(linesOfFailures(unpacked)).containsExactly(20, 300);
    assertThat(unpacked).isEqualTo(classFile);
  }

  @Test
  void theLinesOfASecondTableAreDifferencesToo() {
    // class, superclass, interfaces, fields; one method with code, one byte long
    ByteBuffer body = ByteBuffer.allocate(100);
    for (int n : new int[] {1, 7, 8, 0, 0, 1, 9, 10, 11, 1, CODE}) {
      body.putShort((short) n);
    }
    body.putInt(51).putInt(0).putInt(1).put((byte) 0).putShort((short) 0).putShort((short) 3);
    int first = table(body, LINES, 0, 10, 4, 12);
    table(body, LINES + 1, 0, 10);
    int second = table(body, LINES, 8, 15, 12, 11);
    body.putShort((short) 0);
    byte[] bytes = Arrays.copyOf(body.array(), body.position());
    byte[] original = bytes.clone();

    new LineTables(bytes, 0, CODE, LINES).toDifferences();

    ByteBuffer expected = ByteBuffer.wrap(original.clone());
    putShorts(expected, first, 0, 10, 4, 2);
    putShorts(expected, second, 8, 3, 4, -4); // the index begins anew, the line goes on
    assertThat(bytes).isEqualTo(expected.array());
    new LineTables(bytes, 0, CODE, LINES).toNumbers();
    assertThat(bytes).isEqualTo(original);
  }

  /** Writes an attribute with a table; returns where its entries begin. */
  private static int table(ByteBuffer to, int name, int... entries) {
    to.putShort((short) name).putInt(2 + 2 * entries.length);
    to.putShort((short) (entries.length / 2));
    int at = to.position();
    putShorts(to, at, entries);
    to.position(at + 2 * entries.length);
    return at;
  }

  private static void putShorts(ByteBuffer to, int at, int... values) {
    for (int i = 0; i < values.length; i++) {
      to.putShort(at + 2 * i, (short) values[i]);
    }
  }
}
