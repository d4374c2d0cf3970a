package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.programs.Inventory;

/** What a call needs goes along with it; what it does not need stays. */
@Timeout(60)
class ClassesOnDemandTest {
  private static final String REPORT = "large [item of 0, item of 4] 4";

  @Test
  void aProgramOfSeveralClassesAsksForNothing() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context child = router.connect(Local.create().name("web1"));

      assertThat(child.call(Inventory::report, "four")).isEqualTo(REPORT);

      assertThat(sent.askedFor()).isEmpty();
    }
  }

  @Test
  void argumentsBringTheirClasses() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context child = router.connect(Local.create());

      assertThat(child.call(Inventory::take, new Inventory.Order()))
          .isEqualTo("a line, the first of 1");

      assertThat(sent.askedFor()).isEmpty();
    }
  }

  @Test
  void whatIsNotReachedFromTheFunctionStays() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context child = router.connect(InProcess.create());

      child.call(Inventory::report, "four");

      assertThat(sent.lines())
          .noneMatch(line -> line.contains("Inventory$Other"))
          .noneMatch(line -> line.contains("Inventory$Circle"))
          .noneMatch(line -> line.contains("Inventory$Pi"))
          .noneMatch(line -> line.contains("FunctionRef"));
    }
  }

  @Test
  void aFunctionThatStartsAChildGetsTheLibraryAtOnce() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context child = router.connect(InProcess.create());

      assertThat(child.call(Inventory::nested, "four")).isEqualTo(REPORT);

      // the first stage itself is what an in-process child is started with
      assertThat(sent.askedFor()).filteredOn(line -> !line.contains("boot.FirstStage")).isEmpty();
    }
  }
}
