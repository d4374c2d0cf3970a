package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.kernel.MessageRouter;

/** A tree with honest contexts, and one child that the test plays. */
final class HostileTree implements AutoCloseable {
  /** Where the hostile child is. */
  enum Place {
    CHILD_OF_THE_MASTER,
    GRANDCHILD
  }

  final Router master;
  final Records records = new Records();
  final Context honest;

  /** The hostile child's parent. */
  final Context parent;

  /** Another child of its parent. */
  final Context sibling;

  final Context hostile;
  final Peer peer = new Peer();

  HostileTree(Place place) throws Exception {
    this(place, 10_000, true);
  }

  HostileTree(Place place, long heartbeatMillis, boolean reads) throws Exception {
    this(place, heartbeatMillis, reads, false);
  }

  HostileTree(Place place, long heartbeatMillis, boolean reads, boolean unidirectional)
      throws Exception {
    master = TestRouters.create(1 << 24, unidirectional, heartbeatMillis);
    honest = master.connect(InProcess.create().name("honest"));
    parent =
        place == Place.GRANDCHILD
            ? master.connect(InProcess.create().name("between"))
            : master.self();
    sibling = parent.connect(InProcess.create().name("sibling"));
    sibling.call(HostileTree::whole);
    honest.call(HostileTree::whole);
    hostile = parent.connectAsync(peer.method());
    peer.meet();
    if (reads) {
      peer.up();
    } else {
      peer.upAndDeaf();
    }
    master.started(hostile).get(Peer.SECONDS, TimeUnit.SECONDS);
  }

  static int twice(int n) {
    return 2 * n;
  }

  /** What a context that nobody was given a handle of ignores, a whole one refuses. */
  static String whole() {
    return Router.current().self().name();
  }

  MessageRouter core() {
    return TestRouters.of(master).router;
  }

  /** Whatever was tried: the others work. */
  void othersWork() throws Exception {
    assertThat(master.contexts())
        .as("warnings %s, tree %s", records.warnings(), master)
        .contains(honest, sibling);
    assertThat(honest.callAsync(HostileTree::twice, 4).get(10, TimeUnit.SECONDS)).isEqualTo(8);
    assertThat(sibling.callAsync(HostileTree::twice, 5).get(10, TimeUnit.SECONDS)).isEqualTo(10);
    Context more = master.connect(InProcess.create());
    assertThat(more.callAsync(HostileTree::twice, 6).get(10, TimeUnit.SECONDS)).isEqualTo(12);
  }

  /** It was refused, and that was logged once, in one line. */
  void refusedOnce() throws Exception {
    await(() -> !records.warnings().isEmpty());
    othersWork();
    assertThat(records.warnings()).hasSize(1);
    assertThat(records.warnings().get(0)).doesNotContain("\n");
  }

  /** Its link has been ended, and nobody else's; that was logged once. */
  void ended() throws Exception {
    peer.awaitEnd();
    await(() -> !master.contexts().contains(hostile));
    refusedOnce();
  }

  interface Condition {
    boolean holds() throws Exception;
  }

  static void await(Condition condition) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Peer.SECONDS);
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(until);
      Thread.sleep(5);
    }
  }

  @Override
  public void close() throws IOException {
    peer.close();
    master.close();
    records.close();
  }
}
