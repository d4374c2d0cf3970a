package org.mitogen4j.internal.parent;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.mitogen4j.connect.spi.ProcessId;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.ContextShutdown;
import org.mitogen4j.internal.context.Deadline;
import org.mitogen4j.internal.context.ElasticPool;
import org.mitogen4j.internal.context.ReadingThread;
import org.mitogen4j.internal.context.Resource;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.parent.classes.ClassSender;
import org.mitogen4j.internal.parent.classes.ClassServer;
import org.mitogen4j.internal.parent.classes.ClassSource;
import org.mitogen4j.internal.parent.classes.KeptClasses;
import org.mitogen4j.internal.parent.start.ChildStderr;
import org.mitogen4j.internal.parent.start.Starts;

/** What a context can do once it has, or plans, children; the parts are the classes beside this. */
public final class Parent {
  public static final String PART = "parent";

  /** The bundle of what finds resources in a child. */
  public static final String RESOURCES = "resources";

  /** The bundle of what sends log records home. */
  public static final String LOGGING = "logging";

  /** The library's classes that travel together; the packer writes the lists. */
  public static final List<String> BUNDLES =
      Arrays.asList("context", "api", "shell", "codec", PART, RESOURCES, LOGGING, "events", "dump");

  /** How long what carries their bytes is waited for then. */
  private static final long FORCE_MILLIS = 400;

  /** Requests for classes that are answered at a time; the rest wait. */
  private static final int MAX_SERVED = 16;

  private static final int IDLE_SECONDS = 5;

  public final ContextRuntime context;
  public final MessageRouter router;
  public final ClassSource classes;
  public final Ids ids;
  public final Requests requests;
  public final Starts starts;
  public final ClassSender sender;
  public final ClassServer server;

  /** The contexts below this one. */
  public final Map<Integer, ContextRecord> known = new ConcurrentHashMap<>();

  /** Who reads what the carriers of the children's bytes say. */
  public final Map<Integer, ChildStderr> errors = new ConcurrentHashMap<>();

  /** Notified when contexts have left {@link #known}. */
  private final Object gone = new Object();

  /** What is open here for others to come in. */
  public final Set<Closeable> doors = ConcurrentHashMap.newKeySet();

  /** Does what is due. May hang where a child takes nothing; but never runs the program's code. */
  public final ElasticPool due;

  /** Sees when something is due, and nothing else. */
  private final ScheduledThreadPoolExecutor timers;

  /** Finds the classes that children ask for; their links do not hold it up. */
  private final ElasticPool answering;

  /** Hears which classes and resources are sent; null for nobody. */
  public volatile TransferListener transfers;

  /** Who listens to the frames of children; null for nobody. */
  public volatile FrameListener frameListener;

  private Parent(ContextRuntime context, ClassSource classes) {
    this.context = context;
    this.classes = classes;
    router = context.router;
    answering = new ElasticPool(router, "serve", MAX_SERVED);
    timers =
        new ScheduledThreadPoolExecutor(1, work -> ReadingThread.ofPool(router, "timer", work));
    timers.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timers.allowCoreThreadTimeOut(true);
    timers.setRemoveOnCancelPolicy(true);
    timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    due = new ElasticPool(router, "due");
    ids = new Ids(router);
    sender = new ClassSender(this);
    server = new ClassServer(this, answering::submit);
    starts = new Starts(this);
    requests = new Requests(this);
    router.handlers.put(Handle.ADD_ROUTE, new ChildAnnouncements(this));
    router.handlers.put(Handle.CLASS, server);
    router.handlers.replace(Handle.PUSH, server.fromAbove()); // a guest takes none
    context.disconnects.listener = this::gone;
    context.lastWords = this::printed;
    if (context.ending != null) {
      context.ending.children = this::close;
    }
  }

  /** The parent's part of a context; made on first use, with the classes that it was sent. */
  public static Parent of(ContextRuntime context) {
    return of(context, null);
  }

  /** As {@link #of(ContextRuntime)}, for a context that has a source of classes of its own. */
  public static Parent of(ContextRuntime context, ClassSource source) {
    return context.part(
        PART,
        Parent.class,
        () -> new Parent(context, source == null ? new KeptClasses(context) : source));
  }

  /**
   * Runs something later, on one of the router's own threads; it may write to a child.
   *
   * @return what to cancel it by
   * @throws DeadException when the router is closed
   */
  @CanIgnoreReturnValue
  public Future<?> schedule(Runnable work, long delay, TimeUnit unit) {
    return atTime(() -> due.submit(work), delay, unit);
  }

  /**
   * Runs something later on the timer's own thread. It must neither wait nor write to a child, so
   * that whatever is due happens in time.
   *
   * @throws DeadException when the router is closed
   */
  public Future<?> atTime(Runnable work, long delay, TimeUnit unit) {
    try {
      return timers.schedule(work, delay, unit);
    } catch (RejectedExecutionException closed) {
      throw new DeadException(new EndCause(EndCause.SHUT_DOWN, router.name + " is closed"));
    }
  }

  /** The process in which this context lives. */
  public int pid() {
    return Integer.parseInt(ProcessId.own());
  }

  private void printed(int child, boolean crash, byte[] b, int off, int length) {
    ChildStderr kept = errors.get(child);
    if (kept != null) {
      kept.printed(crash, b, off, length);
    }
  }

  private void gone(Collection<Integer> contexts, EndCause cause) {
    for (int id : contexts) {
      ContextRecord child = known.remove(id);
      if (child != null && child.announcedBy != null && child.announcedBy.dead() == null) {
        context.blame.release(child.announcedBy, Resource.KEPT, child.charged); // else all are
      }
      requests.gone(id);
      errors.remove(id);
      starts.gone(id);
    }
    server.clean();
    synchronized (gone) {
      gone.notifyAll();
    }
  }

  /** As below, with the limit that all contexts of the tree have. */
  public void close() {
    close(context.endMillis());
  }

  /**
   * Ends all children: in good order if they can, by force if not.
   *
   * @param limitMillis how long they have to end in good order
   */
  public void close(long limitMillis) {
    starts.close();
    for (Closeable door : doors) {
      try {
        door.close();
      } catch (IOException e) {
        context.warn("a door can't be closed: " + e);
      }
    }
    List<Link> streams = new ArrayList<>(context.routing.routes.children());
    Deadline deadline = Deadline.afterMillis(limitMillis);
    each(streams, limitMillis, stream -> shutDown(stream, limitMillis));
    try {
      for (Link stream : streams) {
        stream.await(false, deadline.millisLeft()); // at once when it is over
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    each(streams, FORCE_MILLIS, stream -> stream.end(ContextShutdown.SHUT_DOWN));
    starts.end();
    for (Link stream : context.routing.routes.children()) {
      stream.end(ContextShutdown.SHUT_DOWN); // what was begun meanwhile
    }
    answering.close();
    timers.shutdown();
    due.close();
  }

  /**
   * Ends one child of this context, and its subtree: in good order within the time given, else by
   * force. Blocks until the child and its subtree are gone from the records here, at most {@link
   * #FORCE_MILLIS} beyond the time given; does nothing when that is so already.
   */
  public void shutDown(int id, long millis) throws InterruptedException {
    Link link = context.routing.routes.get(id);
    if (link != null && link.peer == id) {
      due.submit(() -> shutDown(link, millis)); // on a thread of its own: the child may not read
      link.await(false, millis);
      link.end(ContextShutdown.SHUT_DOWN);
      awaitGone(id); // the thread that noticed the end may not be through with it
    }
  }

  private void awaitGone(int id) throws InterruptedException {
    Deadline deadline = Deadline.afterMillis(FORCE_MILLIS);
    synchronized (gone) {
      while (known.containsKey(id) && deadline.await(gone)) {
        // until it has gone
      }
    }
  }

  /** As {@link #shutDown}, in the context that a called function runs in. */
  public static void shutDownHere(int id, long millis) throws InterruptedException {
    of(ContextRuntime.of(((MessageRouter.Worker) Thread.currentThread()).router))
        .shutDown(id, millis);
  }

  /** Does something to each that may hang there: side by side, and waits no longer than so. */
  private void each(List<Link> streams, long millis, Consumer<Link> act) {
    CountDownLatch left = new CountDownLatch(streams.size());
    for (Link stream : streams) {
      due.submit(
          () -> {
            act.accept(stream);
            left.countDown();
          });
    }
    try {
      left.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void shutDown(Link stream, long limitMillis) {
    try {
      if (stream.connected()) {
        sender.prepare(stream.peer); // it takes a full context to end in good order
        Encoder limit = new Encoder(router, true);
        limit.varint(limitMillis);
        router.send(stream.peer, Handle.SHUTDOWN, 0, limit, 0, false);
      } else {
        stream.end(new EndCause(EndCause.SHUT_DOWN, "shut down before it was up"));
      }
    } catch (DeadException e) {
      // it has ended
    }
  }
}
