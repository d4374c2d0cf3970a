package org.mitogen4j;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.internal.context.Disconnects;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.start.ChildBootstrap;
import org.mitogen4j.internal.parent.start.Rehearsal;
import org.mitogen4j.internal.parent.start.Starts;

/**
 * Starts children of this context and of contexts below it, and holds the futures of the starts.
 */
final class ChildStarts {
  private static final AnswerShape FAILURE =
      AnswerShape.array(
          ChildStarts::failure, "null, or the reason and the message of a failed start,");

  /** The most contexts on the way to a parent that an error lists. */
  private static final int MAX_HOPS = 16;

  private final Router router;
  private final Parent parent;
  private final Starts starts;
  private final Map<Integer, CompletableFuture<Context>> starting = new ConcurrentHashMap<>();

  ChildStarts(Router router, Parent parent) {
    this.router = router;
    this.parent = parent;
    starts = parent.starts;
  }

  Context connect(Context via, ConnectionMethod<?> method) throws StartException {
    Context child;
    CompletableFuture<Context> start = new CompletableFuture<>();
    try {
      child = begin(via, method, start);
    } catch (DeadException e) {
      throw new StartException(
          StartException.Reason.OTHER, "can't start " + method + ": " + e.getMessage());
    }
    try {
      return start.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      String text = "interrupted while starting " + child.name();
      starts.abandon(child.id(), text);
      throw new StartException(StartException.Reason.OTHER, text);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StartException) {
        StartException c = (StartException) e.getCause();
        throw new StartException(c.reason(), c.getMessage());
      }
      throw new StartException(
          StartException.Reason.OTHER, "can't start " + child.name() + ": " + text(e.getCause()));
    }
  }

  Context connectAsync(Context via, ConnectionMethod<?> method) {
    try {
      return begin(via, method, new CompletableFuture<>());
    } catch (DeadException e) {
      String message = "can't start " + method + ": " + e.getMessage();
      throw DisconnectedException.notStarted(message, via, e.cause);
    }
  }

  private Context begin(Context via, ConnectionMethod<?> method, CompletableFuture<Context> start) {
    int id = starts.plan(via.id(), method);
    String name = ChildBootstrap.nameOf(method);
    Context child = new Context(router, id, name);
    starting.put(id, start);
    router.run.starts(child, via);
    try {
      if (via.id() == router.core().id) {
        starts.startAsync(id, method, (ok, e) -> finish(child, start, e));
      } else {
        via.callAsync(Starts::startHere, id, name, method)
            .whenEnded((failed, e) -> finish(child, start, e == null ? hop(via, failed) : e));
      }
    } catch (RuntimeException e) { // a method that can't be sent
      finish(child, start, e);
      throw e;
    }
    return child;
  }

  /** Converts an answer of {@link Starts#startHere} to a failure; null when there was none. */
  private Throwable hop(Context via, Object answer) {
    if (answer == null) {
      return null;
    }
    try {
      StartException failure = (StartException) FAILURE.check(answer, null);
      return new StartException(
          failure.reason(), "from " + via.name() + ": " + failure.getMessage() + hopsTo(via));
    } catch (IllegalArgumentException e) {
      return Call.unreadable(via, e);
    }
  }

  /**
   * Lists the contexts on the way from this one to another, each with the command that started it.
   */
  private String hopsTo(Context context) {
    Deque<String> hops = new ArrayDeque<>();
    ContextRecord hop = parent.known.get(context.id());
    while (hop != null && hops.size() < MAX_HOPS) {
      ConnectionMethod<?> method = hop.method;
      boolean here = hop.parent == router.core().id;
      String command = method == null ? "" : Rehearsal.line(parent, method, here);
      hops.push("\n  by way of " + hop.name + " (" + hop.how + "), which is up" + command);
      hop = parent.known.get(hop.parent);
    }
    return String.join("", hops);
  }

  private static StartException failure(Object[] told) {
    if (told.length == 2 && told[1] instanceof String) {
      for (StartException.Reason reason : StartException.Reason.values()) {
        if (reason.name().equals(told[0])) {
          return new StartException(reason, (String) told[1]);
        }
      }
    }
    return null;
  }

  private void finish(Context child, CompletableFuture<Context> start, Throwable failure) {
    router.run.started(child, failure);
    if (failure == null) {
      start.complete(child);
    } else {
      starts.abandon(child.id(), text(failure));
      start.completeExceptionally(failure);
    }
    starting.remove(child.id());
  }

  /**
   * The message of a failure; its type where a connection method of the program gave no message.
   */
  private static String text(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  /** As {@link Context#ready}. */
  CompletableFuture<Context> started(Context context) {
    CompletableFuture<Context> start = starting.get(context.id());
    if (start != null) {
      return start;
    }
    CompletableFuture<Context> ended = new CompletableFuture<>();
    Disconnects disconnects = router.runtime().disconnects;
    if (disconnects.isGone(context.id())) {
      ended.completeExceptionally(
          DisconnectedException.of(context, disconnects.cause(context.id())));
    } else {
      ended.complete(context);
    }
    return ended;
  }
}
