package org.mitogen4j.internal.parent.classes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.internal.parent.ContextRecord;

/** What children say of their Java. */
class JavaVersionTest {
  @ParameterizedTest
  @CsvSource({"1.8.0_392, 8", "11, 11", "17.0.15, 17", "25-ea, 25", "9.0.4+12, 9"})
  void aVersionIsRead(String version, int feature) {
    assertThat(JavaVersion.feature(version)).isEqualTo(feature);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1", "1.", "1.x", "-5", "99999999999999999999"})
  void aVersionThatCantBeReadHidesNothing(String version) {
    assertThat(JavaVersion.feature(version)).isGreaterThan(100);
    ContextRecord child = new ContextRecord(1, 0, "child", "local");
    child.javaVersion = version;
    byte[] classFile = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 52, 0, 0};
    JavaVersion.check(child, "Any", classFile);
  }

  @Test
  void aClassThatIsTooNewIsRefusedWithBothVersions() {
    ContextRecord child = new ContextRecord(1, 0, "child", "local");
    child.javaVersion = "1.8.0_392";
    String said = "a/Class has been compiled by a more recent version (class file version 61.0)";
    assertThat(JavaVersion.refusal(child, said))
        .contains("Java 17")
        .contains("runs Java 1.8.0_392");
  }
}
