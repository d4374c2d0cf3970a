package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Await;
import org.mitogen4j.Context;
import org.mitogen4j.Logged;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.bounds.Resource;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;

/**
 * A child at some depth makes up contexts below itself, so that each of them holds little. It is
 * ended, and neither are the honest contexts that lead to it, nor their other children.
 */
@Timeout(60)
class BlameTest {
  /** What the master may hold because of one link, in bytes: all contexts here share one heap. */
  private static final int QUOTA = 8 << 20;

  /** So that a child that sends it has to be ended. */
  private static final long VERY_MUCH = 20L * QUOTA;

  private static final int MADE_UP = 60;

  /** A hostile child at a depth, with an honest child beside each context that leads to it. */
  private static final class Tree implements AutoCloseable {
    final Router master = Router.create();
    final Logged records = new Logged();
    final List<Context> honest = new ArrayList<>();
    final Peer peer = new Peer();
    final Peer slow = new Peer();
    final Context hostile;
    final Context slowOne;
    final List<Integer> madeUp = new ArrayList<>();

    Tree(int depth) throws Exception {
      ContextRuntime root = TestRouters.of(master);
      for (Resource r : Resource.values()) {
        root.blame.limit(r, QUOTA, 2 * QUOTA);
      }
      Context at = master.self();
      honest.add(at.connect(InProcess.create().name("honest0")));
      for (int i = 1; i < depth; i++) {
        at = at.connect(InProcess.create().name("between" + i));
        honest.add(at);
        honest.add(at.connect(InProcess.create().name("honest" + i)));
      }
      for (Context context : honest) {
        context.call(HostileTree::whole);
      }
      hostile = at.connectAsync(peer.method().name("hostile"));
      peer.meet().up();
      hostile.ready().get(Peer.SECONDS, TimeUnit.SECONDS);
      slowOne = master.connectAsync(slow.method().name("slow"));
      slow.meet().upAndDeaf();
      slowOne.ready().get(Peer.SECONDS, TimeUnit.SECONDS);
    }

    /** Says that there are contexts below the hostile child; false when its link has ended. */
    boolean makeUp(int count, String name) throws Exception {
      try {
        for (int i = 0; i < count; i += 1000) {
          int first = peer.allocate();
          for (int id = first; id < first + Math.min(1000, count - i); id++) {
            peer.send(
                peer.parents[0],
                Handle.ADD_ROUTE,
                0,
                Peer.hello(id, peer.id, name, name + id, 1, name, name));
            madeUp.add(id);
          }
        }
        return true;
      } catch (IOException | AssertionError ended) {
        return false;
      }
    }

    /** Sends frames in the names of the contexts that it made up, until its link has ended. */
    void flood(int flags, int dst, long handle, byte[] payload) {
      try {
        int i = 0;
        for (long sent = 0; sent < VERY_MUCH; sent += payload.length + Header.SIZE) {
          int src = madeUp.get(i++ % madeUp.size());
          peer.frame(flags, dst, src, src, handle, 0, payload);
        }
      } catch (IOException ended) {
        // that is what is to happen
      }
    }

    /** The hostile child is gone, nobody else is, and the others work. */
    void onlyTheHostileOneIsEnded() throws Exception {
      Await.until(
          "it is ended: " + records.warnings(), 20_000, () -> !master.contexts().contains(hostile));
      assertThat(master.contexts()).as("%s", records.warnings()).containsAll(honest);
      assertThat(master.contexts()).as("%s", records.warnings()).contains(slowOne);
      for (Context context : honest) {
        assertThat(context.callAsync(HostileTree::twice, 4).get(10, TimeUnit.SECONDS)).isEqualTo(8);
      }
      Await.until(() -> records.warnings().stream().anyMatch(w -> w.contains("too much")));
    }

    @Override
    public void close() throws IOException {
      peer.close();
      slow.close();
      master.close();
      records.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void longFramesOfMadeUpContextsForASlowLinkEndTheHostileOneOnly(int depth) throws Exception {
    try (Tree t = new Tree(depth)) {
      t.makeUp(MADE_UP, "x");
      t.flood(Header.BULK, t.slowOne.id(), Handle.FIRST_SECRET + 1, new byte[Header.MAX_PAYLOAD]);
      t.onlyTheHostileOneIsEnded();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void shortFramesOfMadeUpContextsForASlowLinkEndTheHostileOneOnly(int depth) throws Exception {
    try (Tree t = new Tree(depth)) {
      t.makeUp(MADE_UP, "x");
      t.flood(0, t.slowOne.id(), Handle.FIRST_SECRET + 1, new byte[2000]);
      t.onlyTheHostileOneIsEnded();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void outputOfMadeUpContextsEndsTheHostileOneOnly(int depth) throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    Handler slowLog =
        new Handler() {
          @Override
          public void publish(LogRecord r) {
            try {
              if (r.getLoggerName().endsWith("stdout")) {
                goOn.await();
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }

          @Override
          public void flush() {
            // nothing is held back
          }

          @Override
          public void close() {
            goOn.countDown();
          }
        };
    try (Tree t = new Tree(depth)) {
      Logger.getLogger("org.mitogen4j").addHandler(slowLog);
      t.makeUp(775, "x");
      byte[] line = new byte[8000];
      Arrays.fill(line, (byte) 'x');
      line[0] = 1;
      line[1] = 0;
      int perContext = (1 << 18) / (line.length + 64);
      try {
        for (int n = 0; n < perContext; n++) {
          for (int src : t.madeUp) {
            t.peer.frame(0, 0, src, src, Handle.OUTPUT, 0, line);
          }
        }
      } catch (IOException ended) {
        // that is what is to happen
      }
      Await.until(() -> !t.master.contexts().contains(t.hostile));
      assertThat(t.master.contexts()).containsAll(t.honest).contains(t.slowOne);
      goOn.countDown();
    } finally {
      Logger.getLogger("org.mitogen4j").removeHandler(slowLog);
      goOn.countDown();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void contextsWithLongTextsEndTheHostileOneOnly(int depth) throws Exception {
    try (Tree t = new Tree(depth)) {
      char[] text = new char[250];
      Arrays.fill(text, 'x');
      for (int i = 0; i < 20 && t.makeUp(100_000, new String(text)); i++) {
        // goes on for as long as it is let
      }
      t.onlyTheHostileOneIsEnded();
    }
  }

  @Test
  void anErrorOnAReadingThreadEndsThatLinkAndNoOther() throws Exception {
    try (Tree t = new Tree(1)) {
      TestRouters.of(t.master)
          .router
          .handlers
          .put(
              6000L,
              new org.mitogen4j.internal.kernel.Handler() {
                {
                  peer = ANYBODY;
                }

                @Override
                public void receive(Message m) {
                  throw new OutOfMemoryError("as it is to");
                }
              });
      t.peer.send(0, 6000, 0, Message.EMPTY);
      Await.until(() -> !t.master.contexts().contains(t.hostile));
      Await.until(
          () ->
              t.records.warnings().stream()
                  .anyMatch(w -> w.contains("OutOfMemoryError: as it is to")));
      assertThat(t.master.contexts()).containsAll(t.honest).contains(t.slowOne);
    }
  }
}
