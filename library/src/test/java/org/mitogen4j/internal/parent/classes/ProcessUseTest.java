package org.mitogen4j.internal.parent.classes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import org.junit.jupiter.api.Test;

class ProcessUseTest {
  static final class Exits {
    static void run() {
      System.exit(1);
    }
  }

  static final class Halts {
    static void run() {
      Runtime.getRuntime().halt(1);
    }
  }

  static final class ExitsInMain {
    public static void main(String[] args) {
      System.exit(1);
    }

    static String run() {
      return "goes on";
    }
  }

  static final class CallsMain {
    static void run() {
      ExitsInMain.main(new String[0]);
    }
  }

  static final class ExitsElsewhere {
    static void exit() {}

    static void run() {
      exit();
    }
  }

  static final class Reads {
    static String run() {
      return System.getenv("HOME");
    }
  }

  private static byte[] classFile(Class<?> type) throws Exception {
    String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
    try (InputStream in = type.getResourceAsStream(file)) {
      return in.readAllBytes();
    }
  }

  @Test
  void codeThatEndsTheProcessIsFound() throws Exception {
    assertThat(ProcessUse.of(classFile(Exits.class))).isEqualTo(ProcessUse.ENDS);
    assertThat(ProcessUse.of(classFile(Halts.class))).isEqualTo(ProcessUse.ENDS);
    assertThat(ProcessUse.of(classFile(CallsMain.class))).isEqualTo(ProcessUse.ENDS);
  }

  @Test
  void aMainMethodAndOtherMethodsOfThatNameDoNotCount() throws Exception {
    assertThat(ProcessUse.of(classFile(ExitsInMain.class))).isEqualTo(ProcessUse.NONE);
    assertThat(ProcessUse.of(classFile(ExitsElsewhere.class))).isEqualTo(ProcessUse.NONE);
  }

  @Test
  void codeThatReadsTheEnvironmentIsFound() throws Exception {
    assertThat(ProcessUse.of(classFile(Reads.class))).isEqualTo(ProcessUse.ENVIRONMENT);
  }
}
