package org.mitogen4j.packer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompilerAnnotationsTest {
  private static final String ANNOTATION =
      """
      package com.google.errorprone.annotations.concurrent;
      public @interface GuardedBy { String value(); }
      """;

  private static final String SOURCE =
      """
      package org.mitogen4j;
      import com.google.errorprone.annotations.concurrent.GuardedBy;
      public class Sample {
        @GuardedBy("this") @Deprecated int field;
        @GuardedBy("this") void method() { int local = 42; System.out.println(local); }
      }
      """;

  @TempDir private Path temporary;

  @Test
  void annotationsForTheCompilerAreRemovedAndAllElseStays() throws IOException {
    Compiled.into(temporary, ANNOTATION, SOURCE);
    Path sample = temporary.resolve("org/mitogen4j/Sample.class");
    FileTime compiled = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(sample, compiled);
    assertThat(text(sample)).contains("GuardedBy");

    CompilerAnnotations.removeBelow(temporary);

    assertThat(text(sample))
        .doesNotContain("GuardedBy")
        .contains("Ljava/lang/Deprecated;", "LineNumberTable", "field", "method");
    assertThat(Files.getLastModifiedTime(sample)).isEqualTo(compiled);
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), ISO_8859_1);
  }
}
