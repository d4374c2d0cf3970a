package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mitogen4j.Context;
import org.mitogen4j.Logged;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;

/** An end in good order. */
class ShutdownTest {
  static void print(String text) {
    System.out.print(text);
  }

  @Test
  void whatAYoungContextPrintedIsNotLost() throws Exception {
    try (Logged logged = new Logged()) {
      try (Router router = Router.create()) {
        Context child = router.connect(Local.create().name("young"));
        child.run(ShutdownTest::print, "last words, without a line's end");
      }
      assertThat(logged.of("org.mitogen4j.output.young.stdout"))
          .containsExactly("last words, without a line's end");
    }
  }
}
