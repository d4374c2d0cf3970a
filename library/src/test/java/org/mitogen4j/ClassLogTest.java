package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.programs.Features;
import org.mitogen4j.programs.Inventory;
import org.mitogen4j.programs.Reflective;

/** The log of classes and the counters of a context tell what was sent to it and what it used. */
@Timeout(60)
class ClassLogTest {
  private static final String INVENTORY = Inventory.class.getName();

  @Test
  void aLineTellsTheSizeOfAClassAndWhoPassedItOn() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context between = router.connect(InProcess.create().name("between"));
      Context below = between.connect(InProcess.create().name("below"));

      below.call(Inventory::report, "four");

      assertThat(sent.details())
          .anyMatch(
              line ->
                  line.matches(
                      "class "
                          + INVENTORY.replace(".", "[.]")
                          + " to below \\(2\\): called"
                          + " \\[\\d+ bytes( for \\d+ classes)?, by way of between]"));
    }
  }

  @Test
  void aLineTellsWhetherAContextLoadedAClass() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context child = router.connect(InProcess.create().name("web1"));

      child.call(Inventory::report, "four");
      Await.until(() -> child.classTraffic().isComplete());

      assertThat(sent.details()).contains("class " + INVENTORY + " in web1 (1): loaded");
    }
  }

  @Test
  void theCountersTellSentLoadedAndUnusedClassesAndQuestions() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(InProcess.create());

      child.call(Reflective::make, Features.hiddenName());
      Await.until(() -> child.classTraffic().isComplete());
      ClassTraffic traffic = child.classTraffic();

      assertThat(traffic.requests()).isPositive();
      assertThat(traffic.absentRequests() + traffic.lateRequests())
          .isLessThanOrEqualTo(traffic.requests());
      assertThat(traffic.unused()).doesNotContainAnyElementsOf(traffic.loaded());
      assertThat(traffic.sent()).containsAll(traffic.unused()).containsAll(traffic.loaded());
    }
  }

  @Test
  void aContextBetweenTellsWhatItHadKeptAndPassedOn() throws Exception {
    try (ClassesSent sent = new ClassesSent();
        Router router = Router.create()) {
      Context between = router.connect(InProcess.create().name("between"));
      Context first = between.connect(InProcess.create().name("first"));
      Context second = between.connect(InProcess.create().name("second"));
      String name = Features.hiddenName();
      assertThat(first.call(Reflective::make, name)).isNotNull();
      assertThat(second.call(Reflective::make, name)).isNotNull();

      Await.until(
          () ->
              sent.details().stream()
                  .anyMatch(
                      line ->
                          line.startsWith("class " + name + " to first (2): asked for")
                              && line.endsWith(", by between]")));
      LinkTraffic traffic = second.info().traffic();
      assertThat(traffic.served()).isPositive();
      assertThat(traffic.bytesServed()).isGreaterThan(traffic.served());
      assertThat(traffic).asString().contains(traffic.served() + " classes and resources");
      assertThat(between.info().traffic().served()).isZero();
      assertThat(router.describe()).contains("from its parent's cache");
    }
  }
}
