package org.mitogen4j.internal.parent.start;

import java.util.Collections;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.mitogen4j.StartException;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.Disconnects;
import org.mitogen4j.internal.context.Routing;
import org.mitogen4j.internal.context.threads.ElasticPool;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.StartTimes;

/** Plans children, so that messages can be sent to them, and starts those of this context. */
public final class Starts {
  /** The most contexts that are being started at a time by default; the rest wait. */
  public static final int MAX_CONNECTING = 32;

  /** The looks, a second in all, for which a child that is up lets other starts go first. */
  private static final int MAX_LOOKS = 20;

  private static final long LOOK_MILLIS = 50;

  /** The time from a child's hello to the first look: first functions go ahead. */
  private static final long FIRST_LOOK_MILLIS = 100;

  private final Parent parent;
  private final MessageRouter router;
  private final Routing routing;
  private final Disconnects disconnects;
  private final ElasticPool connecting;

  /** The starts that run. */
  private final Map<Integer, Start> starts = new ConcurrentHashMap<>();

  private final LoginTurns logins = new LoginTurns();

  final FoundJava foundJava = new FoundJava();

  private volatile boolean closed;

  /** Whether the first start has begun. */
  private final AtomicBoolean isPrepared = new AtomicBoolean();

  /** Whether no start may begin any more. */
  private volatile boolean ended;

  public Starts(Parent parent) {
    this.parent = parent;
    router = parent.router;
    routing = parent.context.routing;
    disconnects = parent.context.disconnects;
    connecting = new ElasticPool(parent.context.threads, MAX_CONNECTING);
  }

  /** Sets how many contexts are being started at a time. */
  public void atMost(int most) {
    connecting.setMax(most);
  }

  /**
   * Plans a child of a context: from now on messages to it are accepted, and wait until it is up.
   *
   * @param via this context or one below it
   * @return the child's id
   */
  public int plan(int via, ConnectionMethod<?> method) {
    if (closed) {
      throw new DeadException(closed());
    }
    int id = parent.ids.one();
    String name = ChildBootstrap.nameOf(method);
    ContextRecord record = new ContextRecord(id, via, name, method.toString());
    record.method = method;
    parent.known.put(id, record);
    if (via == router.id) {
      routing.plan(id, via, new Link(router, id));
    } else {
      try {
        planBelow(id, via);
      } catch (DeadException gone) { // the start fails with this
        disconnects.gone(null, Collections.singleton(id), gone.cause);
      }
    }
    return id;
  }

  private EndCause closed() {
    return new EndCause(EndCause.SHUT_DOWN, router.name + " is closed");
  }

  private void planBelow(int id, int via) {
    parent.sender.fullContexts.prepare(via);
    parent.sender.sendBundle(via, Parent.PART);
    Link stream = routing.way(via);
    if (stream == null || stream == router.parent) {
      throw new DeadException(disconnects.cause(via));
    }
    routing.plan(id, via, stream);
    routing.sendPlan(id, via);
  }

  /** Starts a child that was planned here, as soon as fewer than the most are being started. */
  public void startAsync(int id, ConnectionMethod<?> method, BiConsumer<Void, Throwable> whenDone) {
    Runnable work =
        () -> {
          try {
            start(id, method);
            whenDone.accept(null, null);
          } catch (StartException | RuntimeException | Error e) {
            whenDone.accept(null, e);
          }
        };
    if (!isPrepared.getAndSet(true)) {
      parent.due.submit(parent.classes::prepare); // while the first child starts
    }
    if (!connecting.submit(work)) {
      whenDone.accept(null, new DeadException(closed()));
    }
  }

  /** Ends the link of a planned child that could not be started. */
  public void abandon(int id, String reason) {
    if (parent.known.containsKey(id)) {
      EndCause cause = new EndCause(EndCause.START_FAILED, reason);
      disconnects.cut(routing.routes.get(id), id, cause);
    }
  }

  /** Starts a child that was planned here; returns when it is up. */
  private void start(int id, ConnectionMethod<?> method) throws StartException {
    ContextRecord child = parent.known.get(id);
    Link stream = routing.routes.get(id);
    if (ended) {
      throw new StartException(StartException.Reason.OTHER, closed().text);
    } else if (stream == null || child == null) {
      parent.known.remove(id);
      throw new StartException(StartException.Reason.OTHER, disconnects.cause(id).text);
    }
    LoginTurns.Turn login;
    try {
      login = logins.take(method, () -> stream.dead() != null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stream.end(
          new EndCause(
              EndCause.START_FAILED, "interrupted while it waited for its turn to log in"));
      throw new StartException(
          StartException.Reason.OTHER, "can't start " + child.name + ": " + stream.dead().text);
    }
    Start start = new Start(parent, child, method, stream, login);
    starts.put(id, start);
    try {
      start.run();
    } finally {
      starts.remove(id);
    }
  }

  /**
   * Starts a child for another context, which calls this. Does not block: the result is completed
   * with null when the child is up, or with an array of reason and message when it can't be
   * started.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the caller awaits a result that is a future
  public static Object startHere(int id, String name, ConnectionMethod<?> method) {
    MessageRouter router = ((MessageRouter.Worker) Thread.currentThread()).router;
    CompletableFuture<Object[]> answer = new CompletableFuture<>();
    Parent parent = Parent.of(ContextRuntime.of(router));
    parent.known.putIfAbsent(id, new ContextRecord(id, router.id, name, method.toString()));
    parent.starts.startAsync(
        id,
        method,
        (up, failure) -> {
          if (failure instanceof StartException) {
            StartException e = (StartException) failure;
            answer.complete(new Object[] {e.reason().name(), e.getMessage()});
          } else if (failure != null) {
            answer.completeExceptionally(failure);
          } else {
            answer.complete(null);
          }
        });
    return answer;
  }

  /**
   * Returns {@link StartTimes#all} of a child of this context; null for a context that is no child.
   * Runs as a call of another context.
   */
  public static Object timesHere(int id) {
    MessageRouter router = ((MessageRouter.Worker) Thread.currentThread()).router;
    ContextRecord child = Parent.of(ContextRuntime.of(router)).known.get(id);
    return child == null || child.parent != router.id ? null : child.times.all();
  }

  /**
   * Has a child that has sent its hello become a full context: 100 ms later, or after other starts,
   * if some are running, but within a second.
   */
  public void complete(int id) {
    complete(id, 1, FIRST_LOOK_MILLIS);
  }

  private void complete(int id, int looks, long millis) {
    try {
      parent.schedule(() -> completeNow(id, looks), millis, TimeUnit.MILLISECONDS);
    } catch (DeadException ending) {
      // then it needs nothing more
    }
  }

  private void completeNow(int id, int looks) {
    ContextRecord child = parent.known.get(id);
    int own = starts.containsKey(id) ? 1 : 0;
    if (starts.size() > own && looks < MAX_LOOKS) {
      complete(id, looks + 1, LOOK_MILLIS);
    } else if (child != null && child.takeContextStart()) {
      try {
        parent.sender.fullContexts.start(id);
      } catch (DeadException gone) {
        // then it needs nothing more
      }
    }
  }

  /** Notes that the hello of a context has come, which may be one that is started here. */
  public void up(int id) {
    Start start = starts.get(id);
    if (start != null) {
      start.up();
    }
  }

  public void gone(int id) {
    logins.look();
    Start start = starts.get(id);
    if (start != null) {
      start.over();
    }
  }

  /** Forbids further plans and starts. */
  public void close() {
    closed = true;
  }

  /** Fails the starts that wait for their turn. */
  public void end() {
    ended = true;
    for (Runnable waiting : connecting.end()) {
      waiting.run();
    }
  }
}
