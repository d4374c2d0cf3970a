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
      package org.mitogen4j.internal.kernel;
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
    String left = constants(strip("Sample")) + constants(strip("Sample$Inner"));

    assertThat(left)
        .doesNotContain("LineNumberTable", "LocalVariableTable", "SourceFile", "Sample.java")
        .doesNotContain("Signature", "Annotation", "Deprecated", "InnerClasses", "Exceptions")
        .doesNotContain("INLINED", "visible");
  }

  @Test
  void theSerialVersionStays() throws IOException {
    assertThat(constants(strip("Sample"))).contains("serialVersionUID", "ConstantValue");
  }

  private byte[] strip(String name) throws IOException {
    Path classes = Files.createDirectories(temporary.resolve("classes"));
    Compiled.into(classes, SOURCE);
    byte[] compiled =
        Files.readAllBytes(
            classes.resolve("org/mitogen4j/internal/kernel").resolve(name + ".class"));
    return new Stripper(Set.of()).strip(compiled);
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
