package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;

/** Closing a router takes no longer for many children that hang than for one. */
@Timeout(120)
class HangingChildrenTest {
  static long pid() {
    return ProcessHandle.current().pid();
  }

  @Test
  void stoppedChildrenAreEndedSideBySide() throws Exception {
    String word = "hang-" + UUID.randomUUID();
    Trees.Stretch closing;
    try (Router router = Router.create()) {
      List<Context> children = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        children.add(router.connectAsync(Local.create().remoteName(word)));
      }
      for (Context child : children) {
        Trees.signal("STOP", child.call(HangingChildrenTest::pid));
      }
      closing = new Trees.Stretch();
      closing.look();
    }
    long took = closing.millis();
    assertThat(took).isLessThan(closing.bound(2000));
    Await.until("they are killed", 5000, () -> Trees.processes("-Dmitogen=" + word).isEmpty());
  }
}
