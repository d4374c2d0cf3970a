package org.mitogen4j.internal.parent.classes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Names that a child makes up take a bounded amount of memory. */
class AbsentNamesTest {
  private final AbsentNames absent = new AbsentNames();

  @Test
  void longNamesTakeNoMoreThanTheirShare() {
    for (int i = 0; i < 10_000; i++) {
      absent.add("app." + "x".repeat(1_340) + i);
    }

    assertThat(absent.letters()).isBetween(60_000, AbsentNames.MAX_LETTERS);
  }

  @Test
  void theNewestAreRemembered() {
    for (int i = 0; i < 100_000; i++) {
      absent.add("app.None" + i);
    }

    assertThat(absent.contains("app.None99999")).isTrue();
    assertThat(absent.contains("app.None0")).isFalse();
  }

  @Test
  void aNameLongerThanAllIsNotRemembered() {
    absent.add("x".repeat(AbsentNames.MAX_LETTERS + 1));

    assertThat(absent.isEmpty()).isTrue();
  }
}
