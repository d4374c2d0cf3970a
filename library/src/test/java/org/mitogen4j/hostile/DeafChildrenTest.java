package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.programs.Features;

/** Children that ask, and do not take the answers: others are served. */
@Timeout(60)
class DeafChildrenTest {
  private static final String LATE = Features.class.getName() + "$Late";

  /** One of the class path's largest. */
  private static final String LARGE = "org.assertj.core.api.AbstractIterableAssert";

  @Test
  void othersGetTheirClasses() throws Exception {
    List<Peer> peers = new ArrayList<>();
    try (Router master = Router.create()) {
      for (int i = 0; i < 20; i++) {
        Peer peer = new Peer();
        peers.add(peer);
        Context bad = master.connectAsync(peer.method());
        peer.meet().upAndDeaf();
        bad.ready().get(Peer.SECONDS, TimeUnit.SECONDS);
        for (int k = 0; k < 1000; k++) {
          peer.send(peer.parents[0], Handle.CLASS, 5000, Peer.text(LARGE));
        }
      }
      Context honest = master.connect(InProcess.create());

      assertThat(honest.callAsync(Features::byName, LATE).get(Peer.SECONDS, TimeUnit.SECONDS))
          .isEqualTo("late");
    } finally {
      for (Peer peer : peers) {
        peer.close();
      }
    }
  }
}
