package org.mitogen4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

class FirstStepsTest {
  @Test
  void aFunctionRunsElsewhere() throws Exception {
    assertThat(FirstSteps.onAnotherMachine(FirstSteps.local())).isPositive();
  }

  // tag::test
  @Test
  void theTemporaryFolderHasFreeSpace() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(InProcess.create()); // milliseconds, and the same in all else
      assertThat(child.call(FirstSteps::freeBytes, "/tmp")).isPositive();
    }
  }

  // end::test

  @Test
  void aChildStartsAChild() throws Exception {
    assertThat(FirstSteps.behindABastion(Local.create(), Local.create()))
        .isEqualTo(System.getProperty("java.version"));
  }

  @Test
  void manyAnswerAtOnce() throws Exception {
    assertThat(
            FirstSteps.many(
                Arrays.asList(
                    Local.create().name("a"), Local.create().name("b"), InProcess.create())))
        .hasSize(3)
        .anyMatch(s -> s.startsWith("b (2): "));
  }

  @Test
  void routersOfTwoPluginsShareAProcess() throws Exception {
    ClassLoader own = FirstSteps.class.getClassLoader();
    assertThat(FirstSteps.twoPlugins(Local.create(), own, own)).isTrue();
  }

  @Test
  void aFailureSaysWhatAndWhere() throws Exception {
    try (Router router = Router.create()) {
      Context context = router.connect(Local.create().name("web1"));
      assertThat(FirstSteps.failures(context))
          .isEqualTo("java.lang.NumberFormatException in web1 (1)");
    }
  }

  @Test
  void settingsAreKept() {
    assertThat(FirstSteps.settings().toString()).isEqualTo("ssh deploy@web1");
  }
}
