package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Message;

/** Who hangs in writing to a child looks after nobody: the heartbeat does not write. */
@Timeout(60)
class FullPipeTest {
  private static final long HEARTBEAT = 400;

  private static Context start(Peer peer, Context parent, ConnectionMethod<?> method)
      throws Exception {
    Context child = parent.connectAsync(method);
    peer.meet().up();
    child.ready().get(Peer.SECONDS, TimeUnit.SECONDS);
    peer.await(peer.id, Handle.CALL); // the last that it is sent without a reason
    peer.send(Handle.LINK, Handle.ACK, Long.MAX_VALUE, Message.EMPTY);
    return child;
  }

  @Test
  void whereManyPipesAreFullTheOthersAreLookedAfter() throws Exception {
    List<Peer> peers = new ArrayList<>();
    List<Context> bad = new ArrayList<>();
    try (Router master = TestRouters.create(1 << 24, false, HEARTBEAT)) {
      Context honest = master.connect(InProcess.create());
      for (int i = 0; i < 20; i++) {
        Peer peer = new Peer();
        peers.add(peer);
        peer.silent = true;
        ConnectionMethod<?> method = i > 0 ? new FullPipe(peer.method(), 0) : peer.method();
        bad.add(start(peer, master.self(), method));
      }

      Await.until(() -> master.contexts().stream().noneMatch(bad::contains));

      assertThat(honest.callAsync(HostileTree::twice, 4).get(10, TimeUnit.SECONDS)).isEqualTo(8);
    } finally {
      for (Peer peer : peers) {
        peer.close();
      }
    }
  }

  @Test
  void manyChildrenThatDoNotEndTakeNoLongerThanOne() throws Exception {
    List<Peer> peers = new ArrayList<>();
    long begun;
    try (Router master = TestRouters.create(1 << 24, false, 10_000)) {
      for (int i = 0; i < 50; i++) {
        Peer peer = new Peer();
        peers.add(peer);
        start(peer, master.self(), new FullPipe(peer.method(), 300));
      }
      begun = System.nanoTime();
    } finally {
      for (Peer peer : peers) {
        peer.close();
      }
    }
    assertThat((System.nanoTime() - begun) / 1_000_000).isBetween(1000L, 3000L);
  }

  static void hangInItsEnd() {
    Runtime.getRuntime().addShutdownHook(new Thread(FullPipeTest::forEver));
  }

  static void forEver() {
    for (; ; ) {
      try {
        Thread.sleep(1000);
      } catch (InterruptedException e) {
        // goes on
      }
    }
  }

  static long pid() {
    return ProcessHandle.current().pid();
  }

  private static List<ProcessHandle> running(String word) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().commandLine().orElse("").contains("-Dmitogen=" + word))
        .collect(Collectors.toList());
  }

  @Test
  void aContextThatEndsMeanwhileIsForcedToIfNeedBe() throws Exception {
    String word = "full-" + UUID.randomUUID();
    try (Peer peer = new Peer();
        Router master = TestRouters.create(1 << 24, false, HEARTBEAT)) {
      Context above = master.connect(Local.create());
      Context between = above.connect(Local.create().remoteName(word));
      between.run(FullPipeTest::hangInItsEnd);
      long pid = above.call(FullPipeTest::pid);
      start(peer, between, new FullPipe(peer.method(), 1_000_000));
      peer.await(Handle.LINK, Handle.PING);

      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly); // nothing else would kill it

      Await.until(() -> running(word).isEmpty());
    } finally {
      running(word).forEach(ProcessHandle::destroyForcibly);
    }
  }
}
