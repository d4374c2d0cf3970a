package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.mitogen4j.internal.parent.Parent;

/**
 * Tells each {@link RunListener} of a router what happens in its run; costs nothing without one.
 */
final class RunListeners {
  private final Router router;
  private final Parent parent;

  /** Replaced as a whole, under this; read by any thread. */
  private volatile RunListener[] all = {};

  /**
   * For each listener the contexts that were known when it was added. It is told their ends from
   * then on, so they must not be told a second time when the start of one of them is told later.
   */
  @GuardedBy("this")
  private final Map<RunListener, Set<Context>> knownAtFirst = new HashMap<>();

  RunListeners(Router router, Parent parent) {
    this.router = router;
    this.parent = parent;
  }

  /**
   * Adds a listener: it hears what happens from now on, and the ends of all contexts that this
   * context knows now or starts later.
   */
  void add(RunListener listener) {
    List<Context> known;
    synchronized (this) {
      known = router.contexts();
      knownAtFirst.put(listener, new HashSet<>(known));
      RunListener[] more = Arrays.copyOf(all, all.length + 1);
      more[all.length] = listener;
      all = more;
      parent.transfers = this::sent;
    }
    for (Context context : known) {
      tellEnd(listener, context);
    }
  }

  private void sent(int context, int classes, long bytes, long begun) {
    for (RunListener listener : all) {
      listener.sent(context, classes, bytes, begun);
    }
  }

  /** The start of a context, which is known by now, begins. */
  void starts(Context context, Context via) {
    RunListener[] told;
    List<RunListener> further = new ArrayList<>();
    synchronized (this) {
      told = all;
      for (RunListener listener : told) {
        if (!knownAtFirst.get(listener).contains(context)) {
          further.add(listener);
        }
      }
    }
    long now = told.length > 0 ? System.nanoTime() : 0;
    for (RunListener listener : told) {
      listener.starts(context, via, now);
    }
    for (RunListener listener : further) {
      tellEnd(listener, context);
    }
  }

  /** The start of a context is over. */
  void started(Context context, Throwable failure) {
    for (RunListener listener : all) {
      listener.started(context, failure);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // it never fails
  private void tellEnd(RunListener listener, Context context) {
    router.ends.of(context.id()).thenAccept(reason -> listener.ended(context, reason));
  }

  /** A call is about to be sent. */
  void calls(Call<?> call) {
    RunListener[] told = all;
    if (told.length > 0) {
      Object[] begun = new Object[told.length];
      for (int i = 0; i < told.length; i++) {
        begun[i] = told[i].calls(call);
      }
      call.whenEnded(
          (result, failure) -> {
            for (int i = 0; i < told.length; i++) {
              told[i].called(call, begun[i], failure);
            }
          });
    }
  }
}
