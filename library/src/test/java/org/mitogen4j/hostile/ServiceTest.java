package org.mitogen4j.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mitogen4j.Await;
import org.mitogen4j.Context;
import org.mitogen4j.Exposed;
import org.mitogen4j.hostile.HostileTree.Place;
import org.mitogen4j.internal.kernel.Handle;

/** A child that calls services, and does not take what they answer. */
@Timeout(60)
class ServiceTest {
  /** What was promised. */
  static final BlockingQueue<CompletableFuture<byte[]>> LATER = new LinkedBlockingQueue<>();

  /** What anybody may call. */
  public static final class Library {
    @Exposed(to = Exposed.To.ANYBODY)
    public byte[] read(int length) {
      return new byte[length];
    }

    @Exposed(to = Exposed.To.ANYBODY)
    public CompletableFuture<byte[]> readLater(int length) {
      CompletableFuture<byte[]> later = new CompletableFuture<>();
      LATER.add(later);
      return later;
    }
  }

  private static byte[] read(int length) {
    return call("read", length);
  }

  private static byte[] call(String method, int length) {
    return Peer.payload(
        e -> {
          e.u8(0);
          e.text(Library.class.getName());
          e.text(method);
          e.all(new Object[] {length});
        });
  }

  static int ask(Context where) {
    return where.service(Library.class).<byte[]>call("read", 7).length;
  }

  @ParameterizedTest
  @CsvSource({"50000, false", "2000000, true"})
  void aGreedyCallerKeepsTheServiceFromNobodyElse(int length, boolean reads) throws Exception {
    try (HostileTree t = new HostileTree(Place.CHILD_OF_THE_MASTER, 10_000, reads)) {
      t.master.serve(new Library());
      try {
        for (int i = 0; i < 600; i++) {
          t.peer.send(0, Handle.SERVICE, 9000 + i, read(length));
        }
      } catch (IOException ended) {
        // it is not borne any longer
      }
      assertThat(t.honest.call(ServiceTest::ask, t.master.self())).isEqualTo(7);
      assertThat(t.sibling.call(ServiceTest::ask, t.master.self())).isEqualTo(7);
    }
  }

  @Test
  void aCallerThatDoesNotReadItsAnswersIsCutOffAndNotTheService() throws Exception {
    try (HostileTree t = new HostileTree(Place.CHILD_OF_THE_MASTER, 10_000, false)) {
      assertThat(t.master.self().callAsync(ServiceTest::ask, t.sibling).get()).isEqualTo(7);
      try {
        for (int i = 0; t.master.contexts().contains(t.hostile); i++) {
          t.peer.send(t.sibling.id(), Handle.SERVICE, 9000 + i, read(60_000));
          if (i % 16 == 0) {
            Thread.sleep(1); // a context that asks faster than it is served is refused
          }
        }
      } catch (IOException ended) {
        // it is not borne any longer
      }
      String why = "the link to context " + t.peer.id + " ended: too much waits";
      Await.until(() -> t.records.warnings().stream().anyMatch(w -> w.contains(why)));
      assertThat(t.master.contexts()).contains(t.sibling).doesNotContain(t.hostile);
      t.othersWork();
    }
  }

  @Test
  void completingAServiceCallDoesNotWaitForTheCaller() throws Exception {
    try (HostileTree t = new HostileTree(Place.CHILD_OF_THE_MASTER)) {
      t.master.serve(new Library());
      for (int i = 0; i < 10; i++) {
        t.peer.send(0, Handle.SERVICE, 9000 + i, call("readLater", 0));
      }
      List<CompletableFuture<byte[]>> begun = new ArrayList<>();
      for (int i = 0; i < 10; i++) { // a context that takes no answers is not served
        begun.add(LATER.poll(Peer.SECONDS, TimeUnit.SECONDS));
      }
      for (CompletableFuture<byte[]> later : begun) {
        later.complete(new byte[4 << 20]); // for more of which the peer gives no credit
      }
      t.othersWork();
    }
  }
}
