package org.mitogen4j;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mitogen4j.internal.context.Disconnects;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;

/** Futures of the ends of contexts, while somebody wants to hear of them. */
final class ContextEnds {
  private final Router router;
  private final Map<Integer, End> ends = new ConcurrentHashMap<>();

  ContextEnds(Router router) {
    this.router = router;
  }

  /** Completes when a context has ended; each caller gets a view of its own. */
  CompletableFuture<EndReason> of(int id) {
    Disconnects disconnects = router.full().departures;
    End end = ends.get(id);
    if (end == null && !disconnects.isGone(id)) {
      end = ends.computeIfAbsent(id, End::new);
      if (end.opened.compareAndSet(false, true)) {
        end.handle = router.core().open(end);
      }
    }
    if (disconnects.isGone(id)) {
      EndReason reason = EndReason.of(disconnects.cause(id));
      if (end == null) {
        return CompletableFuture.completedFuture(reason);
      }
      end.over(reason); // it ended while the handle was being opened
    }
    return end.future.thenApply(reason -> reason);
  }

  /** Hears of one context's end, as whoever waits for an answer from there does. */
  private final class End extends Handler {
    final CompletableFuture<EndReason> future = new CompletableFuture<>();
    final AtomicBoolean opened = new AtomicBoolean();
    volatile long handle;

    End(int id) {
      peer = id;
    }

    /**
     * Runs on a reading thread, which must not run code that depends on the future. Only a message
     * that this context made itself proves that the other has ended: one that came by a link was
     * made by a context that is still alive.
     */
    @Override
    public void receive(Message m) {
      if (m.dead() && m.from == null) {
        EndReason reason = EndReason.of(EndCause.of(m));
        router.completions.submit(() -> over(reason));
      }
    }

    void over(EndReason reason) {
      ends.remove(peer, this);
      router.core().handlers.remove(handle, this);
      future.complete(reason);
    }
  }
}
