package org.mitogen4j.internal.parent;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.mitogen4j.connect.spi.ProcessId;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.ContextShutdown;
import org.mitogen4j.internal.context.bounds.Resource;
import org.mitogen4j.internal.context.threads.Clock;
import org.mitogen4j.internal.context.threads.Deadline;
import org.mitogen4j.internal.context.threads.ElasticPool;
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

/**
 * The part of a context that has, or plans, children: starts them, ends them, serves their classes
 * and answers their requests, each by a class of its own that this one makes.
 */
public final class Parent {
  /** The name of this object among the parts of a context, and of its bundle. */
  public static final String PART = "parent";

  /** The bundle of what a context needs to read blocks of classes. */
  public static final String PROGRAM = "program";

  /** The bundle of what makes a full context. */
  public static final String CONTEXT = "context";

  /** The bundle of the classes that find resources in a child. */
  public static final String RESOURCES = "resources";

  /** The bundle of the program's jars and folders as file systems. */
  public static final String FILES = "files";

  /** The bundle of the classes that send a child's log records to the master. */
  public static final String LOGGING = "logging";

  /** The library's classes that travel together; the packer writes the lists. */
  public static final List<String> BUNDLES =
      Arrays.asList(
          PROGRAM, CONTEXT, "api", "shell", "codec", PART, RESOURCES, FILES, LOGGING, "events",
          "dump");

  /** How long {@link #close} and {@link #shutDown} wait for children that they end by force. */
  private static final long FORCE_MILLIS = 400;

  /** Requests for classes that are answered at a time; the rest wait. */
  private static final int MAX_SERVED = 16;

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

  /** The readers of the standard errors of the children's connections, by the child's id. */
  public final Map<Integer, ChildStderr> errors = new ConcurrentHashMap<>();

  /** A lock that is notified when contexts have left {@link #known}. */
  private final Object gone = new Object();

  /** The doors that are open in this context. */
  public final Set<Closeable> doors = ConcurrentHashMap.newKeySet();

  /**
   * Runs scheduled work that may write to children, so its threads may wait for a child that does
   * not read. Never runs the program's code.
   */
  public final ElasticPool due;

  /** Finds the classes that children ask for; never waits for the link of a child. */
  private final ElasticPool answering;

  /** Gives the levels of the master's loggers, as they travel; null in other contexts. */
  public volatile Supplier<byte[]> logLevels;

  /** Is told which classes and resources are sent; null for none. */
  public volatile TransferListener transfers;

  /** Sees the frames of children that are started from now on; null for none. */
  public volatile FrameListener frameListener;

  private Parent(ContextRuntime context, ClassSource classes) {
    this.context = context;
    this.classes = classes;
    router = context.router;
    answering = new ElasticPool(context.threads, MAX_SERVED);
    due = new ElasticPool(context.threads);
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
  public Clock.Alarm schedule(Runnable work, long delay, TimeUnit unit) {
    return context.clock.at(due, work, delay, unit);
  }

  /** The id of this context's process. */
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
        // a dead link is not charged for anything any more
        context.blame.release(child.announcedBy, Resource.KEPT, child.charged);
      }
      requests.gone(id);
      errors.remove(id);
      starts.gone(id);
    }
    server.forget(contexts);
    synchronized (gone) {
      gone.notifyAll();
    }
  }

  /** As {@link #close(long)}, with the limit that all contexts of the tree have. */
  public void close() {
    close(context.endMillis());
  }

  /**
   * Closes the doors, and ends all children: in good order if they can, by force if not. Blocks.
   *
   * @param limitMillis how long the children have to end in good order
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
    List<Link> links = new ArrayList<>(context.routing.routes.children());
    Deadline deadline = Deadline.afterMillis(limitMillis);
    each(links, limitMillis, link -> shutDown(link, limitMillis));
    try {
      for (Link link : links) {
        link.await(false, deadline.millisLeft()); // returns at once behind the deadline
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    each(links, FORCE_MILLIS, link -> link.end(ContextShutdown.SHUT_DOWN));
    try {
      awaitGone(links.stream().map(link -> link.peer).collect(Collectors.toSet()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    starts.end();
    for (Link link : context.routing.routes.children()) {
      link.end(ContextShutdown.SHUT_DOWN); // of a start that began meanwhile
    }
    context.clock.silence();
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
      awaitGone(id);
    }
  }

  /** Waits until a child is gone from the records: the thread that noticed its end removes it. */
  private void awaitGone(int id) throws InterruptedException {
    awaitGone(Collections.singleton(id));
  }

  private void awaitGone(Collection<Integer> ids) throws InterruptedException {
    Deadline deadline = Deadline.afterMillis(FORCE_MILLIS);
    synchronized (gone) {
      while (!Collections.disjoint(known.keySet(), ids) && deadline.await(gone)) {
        // until they have gone
      }
    }
  }

  /** As {@link #shutDown}, in the context that a called function runs in. */
  public static void shutDownHere(int id, long millis) throws InterruptedException {
    of(ContextRuntime.of(((MessageRouter.Worker) Thread.currentThread()).router))
        .shutDown(id, millis);
  }

  /** Does something that may hang to all links side by side, and waits at most that long for it. */
  private void each(List<Link> links, long millis, Consumer<Link> act) {
    CountDownLatch left = new CountDownLatch(links.size());
    for (Link link : links) {
      due.submit(
          () -> {
            act.accept(link);
            left.countDown();
          });
    }
    try {
      left.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void shutDown(Link link, long limitMillis) {
    try {
      if (link.connected()) {
        sender.fullContexts.prepare(link.peer); // it takes a full context to end in good order
        Encoder limit = new Encoder(router, true);
        limit.varint(limitMillis);
        router.send(link.peer, Handle.SHUTDOWN, 0, limit, 0, false);
      } else {
        link.end(new EndCause(EndCause.SHUT_DOWN, "shut down before it was up"));
      }
    } catch (DeadException e) {
      // it has ended
    }
  }
}
