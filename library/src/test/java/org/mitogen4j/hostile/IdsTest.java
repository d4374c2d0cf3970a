package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.hostile.HostileTree.Place;
import org.mitogen4j.internal.kernel.Header;

/** A child that asks for all the ids there are. */
@Timeout(60)
class IdsTest {
  private static final int BLOCK = 1000;
  private static final int MOST = 1000;

  @Test
  void aRefusedRequestTakesNoIds() throws Exception {
    try (HostileTree tree = new HostileTree(Place.CHILD_OF_THE_MASTER)) {
      for (int i = 0; i < MOST; i++) {
        assertThat(tree.peer.ask().flags & Header.DEAD).isZero();
      }
      for (int i = 0; i < 100; i++) {
        assertThat(tree.peer.ask().text()).contains("has had all the ids");
      }

      Context next = tree.master.connect(InProcess.create());

      assertThat(next.id()).isLessThan((MOST + 1) * BLOCK);
    }
  }

  @Test
  void aContextWithAChildThatAsksForAllIdsCanStillStartChildren() throws Exception {
    try (HostileTree tree = new HostileTree(Place.GRANDCHILD)) {
      for (int i = 0; i < MOST; i++) {
        tree.peer.ask();
      }
      assertThat(tree.peer.ask().text()).contains("has had all the ids");

      assertThat(tree.parent.callAsync(IdsTest::start).get(20, TimeUnit.SECONDS)).isPositive();
    }
  }

  static int start() throws Exception {
    return Router.current().connect(InProcess.create()).id();
  }
}
