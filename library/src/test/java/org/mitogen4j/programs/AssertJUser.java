package org.mitogen4j.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** Uses a library whose jar has some 2,000 classes. */
public final class AssertJUser {
  private AssertJUser() {}

  public static int run() {
    assertThat(List.of("one", "three")).filteredOn(text -> text.length() == 3).contains("one");
    return 2;
  }
}
