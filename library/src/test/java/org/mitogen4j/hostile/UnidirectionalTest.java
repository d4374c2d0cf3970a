package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mitogen4j.Await;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.hostile.HostileTree.Place;

/** The mode in which contexts talk to their parents only. */
@Timeout(60)
class UnidirectionalTest {
  static boolean mode() {
    return TestRouters.of(Router.current()).routing.unidirectional;
  }

  @ParameterizedTest
  @EnumSource
  void nothingGoesFromOneToAnother(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place, 10_000, true, true)) {
      for (Context other : new Context[] {t.sibling, t.honest}) {
        t.peer.send(other.id(), 1024, 5000, new byte[10]);
        assertThat(t.peer.await(t.peer.id, 5000).text()).contains("parents only");
        t.peer.send(other.id(), 1024, 0, new byte[10]);
      }
      t.peer.settle();
      Await.until(() -> !t.records.warnings().isEmpty());
      t.othersWork();
      assertThat(t.records.warnings()).allMatch(w -> w.contains("parents only"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void parentsAreTalkedTo(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place, 10_000, true, true)) {
      for (int id : t.peer.parents) {
        t.peer.send(id, 1L << 40, 5000, new byte[10]);
        assertThat(t.peer.await(t.peer.id, 5000).text()).contains("nothing at handle");
      }
      assertThat(t.records.warnings()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void allDescendantsInheritIt(Place place) throws Exception {
    try (HostileTree t = new HostileTree(place, 10_000, true, true)) {
      Context below = t.sibling.connect(InProcess.create()).connect(InProcess.create());
      assertThat(below.call(UnidirectionalTest::mode)).isTrue();
    }
  }
}
