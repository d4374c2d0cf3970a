package org.mitogen4j.packer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassReader;

class StripperTest {
  private static final String SOURCE =
      """
      package org.mitogen4j.kernel;
      import java.util.List;
      @Deprecated class Sample<T extends Comparable<T>> implements java.io.Serializable {
        private static final long serialVersionUID = 4711;
        static final int INLINED = 42;
        @Deprecated static List<String> generic;
        @SafeVarargs static <X> void varargs(@Deprecated X... names) throws java.io.IOException {}
        class Inner { int localVariable() { int visible = INLINED; return visible; } }
      }
      """;

  @TempDir private Path temporary;

  @Test
  void nothingIsLeftThatOnlyDebuggersAndReflectionRead() throws IOException {
    String left = constants(strip("Sample", true)) + constants(strip("Sample$Inner", true));

    assertThat(left)
        .doesNotContain("LineNumberTable", "LocalVariableTable", "SourceFile", "Sample.java")
        .doesNotContain("Signature", "Annotation", "Deprecated", "InnerClasses", "Exceptions")
        .doesNotContain("INLINED", "visible");
  }

  @Test
  void theSerialVersionStays() throws IOException {
    assertThat(constants(strip("Sample", true))).contains("serialVersionUID", "ConstantValue");
  }

  @Test
  void aClassThatUsesALambdaKeepsItsVersionAndFrames() throws IOException {
    byte[] plain = strip("Plain", "class Plain { int x(int y) { return y > 1 ? y : 1; } }", false);
    byte[] lambda = strip("Lambda", "class Lambda { Runnable x = () -> {}; }", false);

    assertThat(new ClassReader(plain).readShort(6)).isEqualTo((short) 49);
    assertThat(constants(plain)).doesNotContain("StackMapTable");
    assertThat(new ClassReader(lambda).readShort(6)).isEqualTo((short) 52);
  }

  private byte[] strip(String name, boolean frames) throws IOException {
    return strip(name, SOURCE, frames);
  }

  private byte[] strip(String name, String source, boolean frames) throws IOException {
    Path classes = Files.createDirectories(temporary.resolve("classes"));
    Compiled.into(classes, source);
    Path folder = source.startsWith("package") ? classes.resolve("org/mitogen4j/kernel") : classes;
    byte[] compiled = Files.readAllBytes(folder.resolve(name + ".class"));
    return new Stripper(Set.of(), frames).strip(compiled);
  }

  /** All strings of the constant pool; the name of each attribute is one of them. */
  private static String constants(byte[] bytes) {
    ClassReader reader = new ClassReader(bytes);
    StringBuilder strings = new StringBuilder();
    for (int i = 1; i < reader.getItemCount(); i++) {
      int offset = reader.getItem(i);
      if (offset != 0 && bytes[offset - 1] == 1) {
        strings
            .append(new String(bytes, offset + 2, reader.readUnsignedShort(offset), UTF_8))
            .append('\n');
      }
    }
    return strings.toString();
  }
}
