package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.Await;
import org.mitogen4j.Context;
import org.mitogen4j.Logged;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.internal.kernel.MessageRouter;

/** A tree with honest contexts, and one child that the test plays. */
final class HostileTree implements AutoCloseable {
  /** Where the hostile child is. */
  enum Place {
    CHILD_OF_THE_MASTER,
    GRANDCHILD
  }

  /** What fits between a child that does not read and its parent, in bytes: as in a pipe. */
  private static final int ROOM = 1 << 15;

  final Router master;
  final Logged records = new Logged();
  final Context honest;

  /** The hostile child's parent. */
  final Context parent;

  /** Another child of its parent. */
  final Context sibling;

  final Context hostile;
  final Peer peer;

  HostileTree(Place place) throws Exception {
    this(place, 10_000, true);
  }

  HostileTree(Place place, long heartbeatMillis, boolean reads) throws Exception {
    this(place, heartbeatMillis, reads, false);
  }

  HostileTree(Place place, long heartbeatMillis, boolean reads, boolean unidirectional)
      throws Exception {
    peer = new Peer(reads ? 0 : ROOM);
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
    hostile.ready().get(Peer.SECONDS, TimeUnit.SECONDS);
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
    Await.until(() -> !records.warnings().isEmpty());
    othersWork();
    assertThat(records.warnings()).hasSize(1);
    assertThat(records.warnings().get(0)).doesNotContain("\n");
  }

  /** What a test does in a tree. */
  interface Play {
    void in(HostileTree t) throws Exception;
  }

  /** What the hostile child does is refused, which is logged once, and harms nobody. */
  static void refused(Place place, Play play) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      play.in(t);
      t.peer.settle();
      t.refusedOnce();
    }
  }

  /** What the hostile child does ends its link, which is logged once, and harms nobody else. */
  static void ended(Place place, Play play) throws Exception {
    try (HostileTree t = new HostileTree(place)) {
      try {
        play.in(t);
      } catch (IOException already) {
        // it had more to say
      }
      t.peer.awaitEnd();
      Await.until(() -> !t.master.contexts().contains(t.hostile));
      t.refusedOnce();
    }
  }

  /** The hostile child asks something of a context, which says that it is refused. */
  void asksInVain(int dst, long handle, byte[] payload) throws Exception {
    peer.send(dst, handle, 5000, payload);
    assertThat(peer.await(peer.id, 5000).text()).contains("refused");
  }

  @Override
  public void close() throws IOException {
    peer.close();
    master.close();
    records.close();
  }
}
