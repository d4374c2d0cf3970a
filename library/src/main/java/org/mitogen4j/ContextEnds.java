package org.mitogen4j;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mitogen4j.internal.context.Disconnects;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/** Ends contexts below this one, and completes futures when a context has ended. */
final class ContextEnds {
  /** How much longer than the limit of a shutdown its answer may take. */
  private static final Duration END_MARGIN = Duration.ofSeconds(1);

  private final Router router;
  private final Parent parent;
  private final Map<Integer, End> ends = new ConcurrentHashMap<>();

  ContextEnds(Router router, Parent parent) {
    this.router = router;
    this.parent = parent;
  }

  /** Completes when a context has ended; each caller gets a view of its own. */
  CompletableFuture<EndReason> of(int id) {
    Disconnects disconnects = router.runtime().disconnects;
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

  /** As {@link Context#shutdown}. */
  void shutDown(Context context, Duration limit) {
    if (limit.toMillis() < 1) {
      throw new IllegalArgumentException(
          "a shutdown limit of " + limit + ", must be a millisecond or more");
    }
    int id = context.id();
    if (id == router.core().id) {
      router.close();
      return;
    }
    ContextRecord record = parent.known.get(id);
    if (record == null && router.runtime().disconnects.isGone(id)) {
      return;
    }
    if (record == null) {
      throw new IllegalArgumentException(
          context + " is not below " + router.self() + ": only contexts above it can end it");
    }
    try {
      if (record.parent == router.core().id) {
        parent.shutDown(id, limit.toMillis());
      } else {
        router
            .context(record.parent)
            .withTimeout(limit.plus(END_MARGIN))
            .run(Parent::shutDownHere, id, limit.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MitogenException("interrupted while " + context + " was shut down", e);
    } catch (CallTimeoutException e) {
      EndCause cause = new EndCause(EndCause.SHUT_DOWN, "shut down by " + router.core().name);
      router.runtime().disconnects.cut(router.runtime().routing.routes.get(id), id, cause);
    } catch (DisconnectedException e) {
      // its parent is gone, and so is the context
    }
  }

  /** Receives the message that one context has ended, as a call to that context does. */
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
