package org.mitogen4j.parent;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.mitogen4j.connect.ConnectException;
import org.mitogen4j.connect.Connection;
import org.mitogen4j.connect.ConnectionMethod;
import org.mitogen4j.context.Ending;
import org.mitogen4j.context.FullContext;
import org.mitogen4j.context.Needs;
import org.mitogen4j.context.Pieces;
import org.mitogen4j.context.Routing;
import org.mitogen4j.context.Workers;
import org.mitogen4j.kernel.DeadException;
import org.mitogen4j.kernel.Decoder;
import org.mitogen4j.kernel.Encoder;
import org.mitogen4j.kernel.Handle;
import org.mitogen4j.kernel.Handler;
import org.mitogen4j.kernel.Message;
import org.mitogen4j.kernel.MessageRouter;
import org.mitogen4j.kernel.Stream;

/** What a context can do once it has, or plans, children: starts them, and serves them. */
public final class Parent {
  /** Contexts that are being started at a time, unless set otherwise; the rest wait. */
  public static final int MAX_CONNECTING = 32;

  /** Requests for classes that are answered at a time; the rest wait. */
  private static final int MAX_SERVED = 16;

  private static final int IDLE_SECONDS = 5;

  /** No request of a child is longer. */
  static final int MAX_REQUEST = 1 << 12;

  /** What a context says of itself is kept up to this. */
  private static final int MAX_TEXT = 256;

  /** How long after a child's first word its first result may go ahead of what comes behind it. */
  private static final long COMPLETE_MILLIS = 50;

  private static final String PART = "parent";

  /** The library's classes that travel together; the packer writes the lists. */
  static final List<String> BUNDLES = Arrays.asList("context", "api", "codec", PART);

  /** How long children have to end in good order. */
  private static final long CLOSE_MILLIS = 1000;

  /** How long what carries their bytes is waited for then. */
  private static final long FORCE_MILLIS = 400;

  final MessageRouter router;
  final FullContext context;
  final ClassSource classes;
  final ClassSender sender;
  private final ClassServer server;
  public final Map<Integer, Known> known = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor connecting;

  /** Finds the classes that children ask for; their links do not hold it up. */
  private final ThreadPoolExecutor answering;

  /** Sees when something is due, and nothing else. */
  private final ScheduledThreadPoolExecutor timers;

  /** Does what is due. May hang where a child takes nothing; but never runs the program's code. */
  private final Workers due;

  private final Ids ids;

  private final Map<Integer, Account> accounts = new ConcurrentHashMap<>();
  private final Map<Integer, Start> starts = new ConcurrentHashMap<>();

  /** Who reads what the carriers of the children's bytes say. */
  final Map<Integer, Errors> errors = new ConcurrentHashMap<>();

  /** What is open here for others to come in. */
  final Set<Closeable> doors = ConcurrentHashMap.newKeySet();

  private volatile boolean closing;

  /** Who listens to the frames of children; null for nobody. */
  public volatile Wiretap wiretap;

  private Parent(FullContext context, ClassSource classes) {
    this.context = context;
    this.classes = classes;
    router = context.router;
    new Known(0, 0, "", ""); // so that the class is here when a reading thread needs it
    connecting = pool("connect", MAX_CONNECTING);
    answering = pool("serve", MAX_SERVED);
    answering.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    sender = new ClassSender(this, context, classes);
    server = new ClassServer(this, answering);
    timers = new ScheduledThreadPoolExecutor(1, work -> router.thread("timer", work));
    timers.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timers.allowCoreThreadTimeOut(true);
    timers.setRemoveOnCancelPolicy(true);
    timers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    due = new Workers(router, "due");
    ids = new Ids(router);
    new Block(null, null); // as above
    router.handlers.put(Handle.ADD_ROUTE, new AddRoute());
    router.handlers.put(Handle.CLASS, server);
    router.handlers.put(Handle.ALLOCATE, new Allocate());
    router.handlers.put(Handle.DETACH, new Detach());
    router.handlers.put(Handle.ENDED, new Ended());
    context.routing.listener =
        (ids, reason) -> {
          for (int id : ids) {
            Known child = known.remove(id);
            if (child != null && child.account != null) {
              child.account.leave();
            }
            accounts.remove(id);
            errors.remove(id);
            Start start = starts.get(id);
            if (start != null) {
              start.over();
            }
          }
          server.clean();
        };
    if (context.ending != null) {
      context.ending.children = this::close;
    }
  }

  /** Sets how many contexts are being started at a time. */
  public void connecting(int most) {
    if (most > connecting.getMaximumPoolSize()) {
      connecting.setMaximumPoolSize(most);
      connecting.setCorePoolSize(most);
    } else {
      connecting.setCorePoolSize(most);
      connecting.setMaximumPoolSize(most);
    }
  }

  private ThreadPoolExecutor pool(String role, int size) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> router.thread(role, work));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** The parent's part of a context; made on first use, with the classes that it was sent. */
  public static Parent of(FullContext context) {
    return of(context, null);
  }

  /** As {@link #of(FullContext)}, for who has a source of classes of its own. */
  public static Parent of(FullContext context, ClassSource source) {
    synchronized (context.parts) {
      Parent parent = (Parent) context.parts.get(PART);
      if (parent == null) {
        ClassSource classes = source == null ? new KeptClasses(context.router.classes) : source;
        parent = new Parent(context, classes);
        context.parts.put(PART, parent);
      }
      return parent;
    }
  }

  /**
   * Runs something later, on one of the router's own threads; it may write to a child.
   *
   * @throws RejectedExecutionException when the router is closed
   */
  public Future<?> schedule(Runnable work, long delay, TimeUnit unit) {
    return timers.schedule(() -> due.submit(work), delay, unit);
  }

  // ---- ids

  /** Gives a child a block of ids, and remembers that it may use them. */
  private final class Allocate extends FromChild {
    @Override
    protected void receive(Message m) {
      Account account = account(m.from);
      if (m.size > MAX_REQUEST || !account.begin()) {
        throw new IllegalArgumentException("more or longer requests than any context has");
      }
      Block block = new Block(m, account);
      try {
        if (!account.reserve() || !ids.reserve()) {
          throw new DeadException("context " + m.src + " has had all the ids that it can get");
        } else if (ids.isRoot()) {
          block.give(ids.block());
        } else {
          router.send(router.parents[0], Handle.ALLOCATE, block.open(), ids.size(), 0, false);
        }
      } catch (DeadException e) {
        block.refuse(e.getMessage());
      }
    }
  }

  /** A block of ids for a child, which the parent of this context is asked for. */
  private final class Block extends Handler {
    private final Message request;
    private final Account account;
    private long replyTo; // guarded by this
    private boolean over; // guarded by this

    Block(Message request, Account account) {
      this.request = request;
      this.account = account;
      peer = ids.isRoot() ? router.id : router.parents[0];
    }

    /** The handle for the answer. */
    synchronized long open() {
      replyTo = router.open(this);
      return replyTo;
    }

    /** Whether this is the first answer. */
    private synchronized boolean end() {
      boolean first = !over;
      over = true;
      router.handlers.remove(replyTo);
      return first;
    }

    @Override
    protected void receive(Message m) {
      if (m.dead()) {
        refuse(new String(m.pieces[0], StandardCharsets.UTF_8));
      } else {
        give(Ids.first(new Decoder(router, m)));
      }
    }

    void give(int first) {
      if (end()) {
        account.give(new int[] {first, first + Ids.BLOCK});
        account.done();
        Encoder e = new Encoder(router, true);
        e.varint(first);
        answer(request, e);
      }
    }

    void refuse(String why) {
      if (end()) {
        account.done();
        context.routing.dead(request.from, request.src, request.replyTo, why);
      }
    }
  }

  private boolean mayName(Stream child, int id) {
    Stream way = context.routing.routes.get(id);
    return way == child || (way == null && account(child).has(id));
  }

  // ---- what children ask

  private Account account(Stream child) {
    Account account = accounts.computeIfAbsent(child.peer, id -> new Account());
    if (child.dead() != null) {
      accounts.remove(child.peer);
    }
    return account;
  }

  /** The last that a direct child asks for: takes a moment, and a thread of its own. */
  private abstract class Last extends FromChild {
    abstract void serve(Message m);

    @Override
    protected void receive(Message m) {
      if (account(m.from).last()) {
        router.start("end " + m.src, () -> serve(m));
      }
    }
  }

  /** Answers a child; does not wait. */
  void answer(Message to, Encoder e) {
    try {
      if (!context.routing.isOverdrawn(to.from, to.src, (int) Pieces.size(e))) {
        context.sendNow(to.src, to.replyTo, e);
      }
    } catch (DeadException gone) {
      // then nobody asks any more
    }
  }

  /** Handles that only a direct child uses. */
  abstract static class FromChild extends Handler {
    @Override
    protected boolean accepts(MessageRouter own, Message m) {
      return m.from != null && m.from != own.parent && m.src == m.from.peer;
    }
  }

  // ---- starting children

  /**
   * Plans a child of a context: from now on messages for it are accepted, and wait for it.
   *
   * @param via this context or one below it
   * @return the child's id
   */
  public int plan(int via, ConnectionMethod<?> method) {
    if (closing) {
      throw new DeadException(router.name + " is closed");
    }
    int id = ids.one();
    String name = method.contextName() == null ? method.defaultName() : method.contextName();
    known.put(id, new Known(id, via, name, method.toString()));
    if (via == router.id) {
      context.routing.plan(id, via, new Stream(router, id));
    } else {
      try {
        planBelow(id, via);
      } catch (DeadException gone) { // who starts the child learns it so
        context.routing.gone(null, Collections.singleton(id), gone.getMessage());
      }
    }
    return id;
  }

  private void planBelow(int id, int via) {
    prepare(via, false);
    pushBundle(via, PART);
    Stream stream = context.routing.way(via);
    if (stream == null || stream == router.parent) {
      throw new DeadException(context.routing.noWay(via));
    }
    context.routing.plan(id, via, stream);
    context.routing.sendPlan(id, via);
  }

  /** Starts a child that was planned here, as soon as fewer than the most are being started. */
  public void startAsync(int id, ConnectionMethod<?> method, BiConsumer<Void, Throwable> whenDone) {
    Runnable work =
        () -> {
          try {
            start(id, method);
            whenDone.accept(null, null);
          } catch (ConnectException | RuntimeException | Error e) {
            whenDone.accept(null, e);
          }
        };
    try {
      connecting.execute(work);
    } catch (RejectedExecutionException closed) {
      whenDone.accept(null, new DeadException(router.name + " is closed"));
    }
  }

  /** A child that was planned could not be started. */
  public void abandon(int id, String reason) {
    if (known.containsKey(id)) {
      context.routing.cut(context.routing.routes.get(id), id, reason);
    }
  }

  /** Starts a child that was planned here; returns when it is up. */
  private void start(int id, ConnectionMethod<?> method) throws ConnectException {
    Known child = known.get(id);
    Stream stream = context.routing.routes.get(id);
    if (stream == null || child == null) {
      known.remove(id);
      throw new ConnectException(ConnectException.Reason.OTHER, context.routing.noWay(id));
    }
    Start start = new Start(this, child, method, stream);
    starts.put(id, start);
    try {
      start.run();
    } finally {
      starts.remove(id);
    }
  }

  /**
   * What a context runs when another has it start a child. Blocks no worker: the answer is given
   * when the child is up (null), or can't be (an array: reason and message).
   */
  public static Object startHere(int id, String name, ConnectionMethod<?> method) {
    MessageRouter router = ((MessageRouter.Worker) Thread.currentThread()).router;
    CompletableFuture<Object[]> answer = new CompletableFuture<>();
    Parent parent = of(FullContext.of(router));
    parent.known.putIfAbsent(id, new Known(id, router.id, name, method.toString()));
    parent.startAsync(
        id,
        method,
        (up, failure) -> {
          if (failure instanceof ConnectException) {
            ConnectException e = (ConnectException) failure;
            answer.complete(new Object[] {e.reason().name(), e.getMessage()});
          } else if (failure != null) {
            answer.completeExceptionally(failure);
          } else {
            answer.complete(null);
          }
        });
    return answer;
  }

  /** A context below has come up. */
  private final class AddRoute extends FromChild {
    @Override
    protected void receive(Message m) {
      Object[] hello = new Decoder(router, m).all();
      int id = (int) hello[0];
      int above = (int) hello[1];
      Known child = known.get(id);
      if (!mayName(m.from, id)
          || !context.routing.fits(m.from, id, above)
          || (child != null && child.isUp())) {
        context.routing.refuse(m.from, "it names " + id + " as a child of " + above);
        return;
      }
      String javaVersion = text(hello[2]);
      String user = text(hello[3]);
      int pid = (int) hello[4];
      if (child == null) {
        child = new Known(id, above, text(hello[5]), text(hello[6]));
        child.account = account(m.from);
        if (!child.account.enter()) {
          throw new IllegalArgumentException("more contexts than a tree can have");
        }
        known.put(id, child);
      }
      context.routing.plan(id, above, m.from);
      child.user = user.intern(); // a large tree has few of either
      child.pid = pid;
      child.javaVersion = javaVersion.intern();
      if (router.parent != null) {
        Encoder e = new Encoder(router, true);
        e.all(
            new Object[] {
              id, above, child.javaVersion, child.user, child.pid, child.name, child.how
            });
        try {
          router.send(router.parents[0], Handle.ADD_ROUTE, 0, e, 0, false);
        } catch (DeadException lost) {
          // then nobody above needs to know
        }
      }
      Start start = starts.get(id);
      if (start != null) {
        start.up();
      }
      if (above == router.id) {
        schedule(() -> complete(id), COMPLETE_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  /** What a context says of itself, as it may be shown. */
  private static String text(Object said) {
    if (!(said instanceof String)) {
      throw new IllegalArgumentException("a context that does not say who it is");
    }
    String line = Routing.oneLine((String) said);
    return line.substring(0, Math.min(line.length(), MAX_TEXT));
  }

  /** A direct child is going to live on by itself. */
  private final class Detach extends Last {
    @Override
    void serve(Message m) {
      Stream stream = m.from;
      AutoCloseable owner = stream.owner;
      if (owner instanceof Connection) {
        stream.owner = ((Connection) owner)::release;
      }
      answer(m, new Encoder(router, true));
      try {
        stream.flush(CLOSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      Known child = known.get(m.src);
      stream.end((child == null ? "context " + m.src : child.name) + Ending.DETACHED);
    }
  }

  /** A direct child has shut down; its process may take a while to follow. */
  private final class Ended extends Last {
    @Override
    protected void receive(Message m) {
      Known child = known.get(m.src);
      if (child != null) {
        child.leaving = true;
      }
      super.receive(m);
    }

    @Override
    void serve(Message m) {
      Errors said = errors.get(m.src);
      if (said != null) {
        said.await();
      }
      m.from.end(Attempt.SHUT_DOWN);
    }
  }

  /** The process in which this context lives. */
  public int pid() {
    return Integer.parseInt(Self.pid());
  }

  // ---- guests

  /**
   * Takes in another process as a child: it came in by a door, and knows how to be a context.
   *
   * @param authority the context for which it may act; its own where that is none other
   * @param release closes what carries the bytes
   */
  public Stream admit(String name, String how, Integer authority, AutoCloseable release) {
    int id = ids.one();
    Known guest = new Known(id, router.id, name, how);
    guest.takeFirst();
    guest.takeCompletion(); // it brought its classes
    known.put(id, guest);
    Stream stream = new Stream(router, id);
    stream.owner = release;
    context.routing.plan(id, router.id, stream);
    if (authority != null) {
      context.routing.lend(stream, authority);
    }
    return stream;
  }

  // ---- classes

  /** Fetches all of the library that a context can need, for when nobody is left to ask. */
  public void keepLibrary() {
    for (String bundle : BUNDLES) {
      for (String name : classes.bundle(bundle)) {
        classes.packed(name);
      }
    }
  }

  /** Sends a context below a class that it has not been sent; nothing where there is no such. */
  public void push(int id, String className) {
    Known child = known.get(id);
    if (child != null) {
      sender.send(child, className, "needed by the library");
    }
  }

  /** Sends a context below a bundle of the library's classes. */
  public void pushBundle(int id, String bundle) {
    Known child = known.get(id);
    if (child != null) {
      sender.sendBundle(child, bundle);
    }
  }

  /**
   * Sends a context below the classes that a message needs and it has not been sent.
   *
   * @param loader where the function comes from; null where that is not known
   * @param function what the message calls; null where it calls nothing
   * @param message with its arguments
   * @throws UnsupportedClassVersionError when the context's Java is too old for the function
   * @throws IllegalArgumentException when the function's class file is not to be had
   */
  public void pushFor(int id, ClassLoader loader, String function, Encoder message) {
    Known child = known.get(id);
    if (child == null) {
      return;
    }
    Collection<String> values = Needs.of(message);
    for (ClassLoader used : Needs.loaders(message)) {
      classes.add(used);
    }
    if (loader != null) {
      classes.add(loader);
    }
    if (function != null) {
      sender.sendFor(child, function, values);
    } else if (!values.isEmpty()) {
      sender.sendFor(child, values);
    }
  }

  /**
   * Says in our words that a class is too new for a context.
   *
   * @param error the message of its UnsupportedClassVersionError
   * @return null when it means something else
   */
  public String tooNew(int id, String error) {
    Known child = known.get(id);
    return child == null ? null : JavaVersion.refusal(child, error);
  }

  /**
   * Called ahead of each message to a context below: the first may be a call that fits a frame,
   * anything else needs more than the kernel image.
   *
   * @param simple whether it is a call that the kernel image can take
   * @return whether the context counts what it takes, so that credit is needed
   */
  public boolean prepare(int id, boolean simple) {
    Known child = known.get(id);
    if (child == null) {
      return true;
    }
    if (child.takeFirst() && simple) {
      return false;
    }
    pushBundle(id, "context");
    return true;
  }

  /** Has a child that is up begin all that it does beyond its first call. */
  public void complete(int id) {
    Known child = known.get(id);
    if (child != null && child.parent == router.id && child.takeCompletion()) {
      due.submit(() -> begin(id));
    }
  }

  private void begin(int id) {
    try {
      prepare(id, false);
      Encoder e = new Encoder(router, true);
      e.text(FullContext.class.getName() + "#start()V");
      e.all(new Object[0]);
      router.send(id, Handle.CALL, 0, e, 0, false);
    } catch (DeadException gone) {
      // then it needs nothing more
    }
  }

  // ---- end

  /** Ends all children: in good order if they can, by force if not. */
  public void close() {
    closing = true;
    for (Closeable door : doors) {
      try {
        door.close();
      } catch (IOException e) {
        context.warn("a door can't be closed: " + e);
      }
    }
    List<Stream> streams = new ArrayList<>(context.routing.routes.children());
    long until = System.nanoTime() + CLOSE_MILLIS * 1_000_000;
    each(streams, CLOSE_MILLIS, this::shutDown);
    try {
      for (Stream stream : streams) {
        stream.awaitEnd(Math.max(1, (until - System.nanoTime()) / 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    each(streams, FORCE_MILLIS, stream -> stream.end(Attempt.SHUT_DOWN));
    for (Runnable waiting : connecting.shutdownNow()) {
      waiting.run(); // says that it is too late
    }
    for (Stream stream : context.routing.routes.children()) {
      stream.end(Attempt.SHUT_DOWN); // what was begun meanwhile
    }
    answering.shutdown();
    timers.shutdown();
    due.close();
  }

  /** Does something to each that may hang there: side by side, and waits no longer than so. */
  private void each(List<Stream> streams, long millis, Consumer<Stream> act) {
    CountDownLatch left = new CountDownLatch(streams.size());
    for (Stream stream : streams) {
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

  private void shutDown(Stream stream) {
    try {
      if (stream.connected()) {
        prepare(stream.peer, false); // it takes a full context to end in good order
        router.send(stream.peer, Handle.SHUTDOWN, 0, new Encoder(router, true), 0, false);
      } else {
        stream.end("shut down before it was up");
      }
    } catch (DeadException e) {
      // it has ended
    }
  }
}
