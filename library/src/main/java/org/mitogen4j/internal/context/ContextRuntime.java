package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.mitogen4j.internal.context.classes.ClassBlocks;
import org.mitogen4j.internal.context.classes.Contents;
import org.mitogen4j.internal.context.functions.CallCancellation;
import org.mitogen4j.internal.context.functions.ExceptionDescription;
import org.mitogen4j.internal.context.functions.FunctionInvoker;
import org.mitogen4j.internal.context.program.ProcessDefaults;
import org.mitogen4j.internal.context.program.ProgramSource;
import org.mitogen4j.internal.context.program.StartClasses;
import org.mitogen4j.internal.context.threads.Clock;
import org.mitogen4j.internal.context.threads.ElasticPool;
import org.mitogen4j.internal.context.threads.ReadingThread;
import org.mitogen4j.internal.context.threads.ThreadCache;
import org.mitogen4j.internal.kernel.ChildRouter;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Extension;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.kernel.Settings;

/**
 * All that a full context can do. This class makes the parts, which are the classes beside it, and
 * connects them to the kernel's router.
 */
public final class ContextRuntime extends Extension {

  /** The most milliseconds that a context may take to end in good order, by default. */
  public static final int DEFAULT_END_MILLIS = 1000;

  /** The cause that threads get which wait for something of this context when it ends. */
  private static final EndCause CLOSED = new EndCause(EndCause.SHUT_DOWN, "the router is closed");

  public final MessageRouter router;
  public final Routing routing;
  public final ClassRelay classRelay;
  public final Disconnects disconnects;
  public final Credits credits;
  public final ElasticPool workers;
  public final CallCancellation cancellation;

  /** Ends this context; null in the master and in guests. */
  public final ContextShutdown ending;

  /** The largest message, in bytes. */
  public final int limit;

  /** Objects that other packages keep for this context, by name; see {@link #part}. */
  public final Map<String, Object> parts = new ConcurrentHashMap<>();

  /** What {@link #close} runs, in the reverse order of its addition. */
  @GuardedBy("ends")
  private final ArrayDeque<Runnable> ends = new ArrayDeque<>();

  /** Decides which link is ended when too much is held. */
  public final Blame blame;

  public final ClassBlocks blocks;

  public final Contents contents;

  /** The threads of this context. */
  public final ThreadCache threads;

  /** Waits for times. */
  public final Clock clock;

  /** Runs alarms of the clock that wait for nothing and write nothing, so that none is late. */
  public final ElasticPool alarms;

  final Heartbeat heartbeat;
  final Reassembly reassembly;
  private final FunctionInvoker functions;
  private final ProgramSource program;

  /** Sends long messages, and hands messages for this context to their handlers. */
  public final MessageDelivery delivery;

  /** Runs short calls on the reading thread. Null where the process is not the context's own. */
  private final ReadingRole reading;

  /** Null where the process is not the context's own. */
  final ProcessOutput output;

  public final RunRecording recording;

  /** Hears what children print to System.err; null for nobody. Set by the code that starts them. */
  public volatile Routing.LastWords lastWords;

  private volatile TypeCodec types;

  /** Only {@link MessageRouter#extension} makes one. */
  public ContextRuntime(MessageRouter router) {
    this.router = router;
    Link up = router.parent;
    final Object firstOut = up == null ? null : up.extension;
    if (firstOut instanceof PrintStream) {
      up.extension = null; // from now on the field holds the LinkState
    }
    boolean owns = up != null && ProcessDefaults.isOwnProcess(router);
    program = (ProgramSource) router.program();
    limit = (int) router.settings[Settings.MESSAGE_LIMIT];
    clock = new Clock(router, new ContextShutdown.Halt());
    threads = new ThreadCache(router, clock);
    if (owns) {
      threads.execute(StartClasses.forFullContext(router.classes));
    }
    alarms = new ElasticPool(threads);
    blocks = program.blocks;
    contents = program.contents;
    heartbeat = new Heartbeat(this, (long) router.settings[Settings.HEARTBEAT_MILLIS]);
    routing = new Routing(this, (boolean) router.settings[Settings.UNIDIRECTIONAL]);
    classRelay = new ClassRelay(this);
    blame = new Blame(this);
    credits = new Credits(this);
    reassembly = new Reassembly(this);
    workers = new ElasticPool(threads);
    cancellation = new CallCancellation(router);
    disconnects = new Disconnects(this);
    functions = new FunctionInvoker();
    delivery = new MessageDelivery(this);
    router.handlers.put(Handle.CREDIT, credits);
    router.handlers.put(Handle.CANCEL, cancellation);
    router.handlers.put(Handle.LOAD, new StatusHandler(this, false));
    router.handlers.put(Handle.LINKS, new StatusHandler(this, true));
    router.handlers.put(Handle.DUMP, new DumpHandler(this));
    router.handlers.put(Handle.USED, new UsedClasses(this));
    boolean records = owns || !(router instanceof ChildRouter);
    // before the output, whose threads use it
    recording = new RunRecording(this, records ? new FlightProbe(router) : null);
    program.listener(recording);
    // before anything that may end this context
    output = owns ? new ProcessOutput(this, firstOut) : null;
    ending = router instanceof ChildRouter ? new ContextShutdown(this, (ChildRouter) router) : null;
    reading = owns ? new ReadingRole(this, up) : null;
    if (ending == null || output != null && FlightProbe.isOnCommandLine()) {
      recording.look();
    }
    heartbeat.beat(); // here, so that the clock's thread waits for no class
    clock.every(heartbeat);
    threads.start("clock", clock);
    if (ending != null) { // last: from now on a SHUTDOWN frame goes straight to its handler
      router.handlers.put(Handle.SHUTDOWN, ending);
    }
  }

  public static ContextRuntime of(MessageRouter router) {
    return (ContextRuntime) router.extension();
  }

  /**
   * Makes a context a full one. The parent calls it a while behind the hello; does nothing if the
   * context is a full one already.
   */
  public static void start() {
    MessageRouter router = ((MessageRouter.Worker) Thread.currentThread()).router;
    router.extension();
  }

  /**
   * An object that another package keeps for this context, made on first use. Other threads that
   * ask for any such object wait until it is made.
   */
  public <T> T part(String name, Class<T> type, Supplier<? extends T> make) {
    synchronized (parts) {
      Object part = parts.get(name);
      if (part == null) {
        part = make.get();
        parts.put(name, part);
      }
      return type.cast(part);
    }
  }

  /** Sends a warning to the master's log. Does not wait. */
  public void warn(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    Encoder e = new Encoder(router, true);
    e.u8(OutputForwarder.WARNING);
    e.varint(router.id);
    e.raw(utf8, 0, Math.min(utf8.length, OutputForwarder.COPIED));
    try {
      router.send(master(), Handle.OUTPUT, 0, e, 0, false);
    } catch (DeadException lost) {
      // nobody is there to read it
    }
  }

  /** Adds work that is done when this context ends, on the thread that ends it. */
  public void atEnd(Runnable work) {
    synchronized (ends) {
      ends.push(work);
    }
  }

  /**
   * Releases all that this context has beyond its links: threads that wait here are told that
   * nothing more comes, and functions that run here are interrupted, except the calling one.
   */
  public void close() {
    router.closed = true;
    disconnects.closed(CLOSED);
    try {
      cancellation.cancelOthers(CLOSED.text);
      for (Runnable end = nextEnd(); end != null; end = nextEnd()) {
        end.run();
      }
    } finally {
      clock.close();
      threads.close();
    }
  }

  private Runnable nextEnd() {
    synchronized (ends) {
      return ends.poll();
    }
  }

  /** The most threads that run calls of services. */
  public int serviceThreads() {
    return (int) router.settings[Settings.SERVICE_THREADS];
  }

  /** The most milliseconds that this context and those below it may take to end in good order. */
  public int endMillis() {
    return router.settings.length <= Settings.END_MILLIS
        ? DEFAULT_END_MILLIS
        : (int) router.settings[Settings.END_MILLIS];
  }

  /** The most bytes that this context keeps of pieces of files. */
  public long contentsLimit() {
    return program.contentsLimit();
  }

  /** Whether contexts that seem to hang are asked to log a dump of their threads. */
  public boolean hangDumps() {
    return router.settings.length <= Settings.HANG_DUMPS
        || (boolean) router.settings[Settings.HANG_DUMPS];
  }

  /**
   * Asks a context below to send a dump of its threads to the master's log. Does not wait.
   *
   * @param why the text before the dump
   */
  public void askForDump(int id, String why) {
    byte[] utf8 = why.getBytes(StandardCharsets.UTF_8);
    Encoder e = new Encoder(router, true);
    e.raw(utf8, 0, Math.min(utf8.length, OutputForwarder.COPIED));
    try {
      router.send(id, Handle.DUMP, 0, e, 0, false);
    } catch (DeadException gone) {
      // the context has ended, so there is nothing to dump
    }
  }

  /** The id of the root of the tree. */
  public int master() {
    return router.parents.length == 0 ? router.id : router.parents[router.parents.length - 1];
  }

  @Override
  protected void accept(Link in, byte[] b, int at, int length) {
    assert ReadingThread.begins(in);
    try {
      routing.accept(in, b, at, length);
    } finally {
      assert ReadingThread.ends();
    }
  }

  @Override
  protected Link way(int dst) {
    Link way = routing.way(dst);
    assert way == null || !Thread.holdsLock(way) : "a link is locked while it is written to";
    return way;
  }

  @Override
  protected void sendLong(int dst, long handle, long replyTo, Encoder e, int flags) {
    delivery.send(dst, handle, replyTo, e, flags);
  }

  @Override
  protected void borrow(Encoder to, byte[] array, int offset, int length) {
    BorrowedArrays.add(to, array, offset, length);
  }

  /**
   * A new group for each thread: a function that holds its group's lock then keeps no other thread
   * from starting.
   */
  @Override
  protected ThreadGroup group(String name) {
    assert ReadingThread.isNot("start a thread: " + name);
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    ThreadGroup group = new ThreadGroup(root, name);
    group.setDaemon(true); // gone with its last thread
    return group;
  }

  @Override
  protected void start(String role, Runnable work) {
    threads.start(role, work);
  }

  @Override
  protected void ended(Link link, EndCause cause) {
    boolean last = link == router.parent && ending != null;
    if (last) {
      ending.alone();
    }
    if (reading != null) {
      reading.ended();
    }
    disconnects.ended(link, cause);
    if (last) {
      ending.orphaned();
    }
  }

  @Override
  protected void begun(Message call) {
    credits.consumed(call);
    if (recording.recorder() != null) {
      RecordedRun.begun(router, call);
    }
    if (output != null) {
      output.begun();
    }
  }

  @Override
  protected void submit(Runnable call) {
    Link parent = router.parent;
    EventRecorder recorder = recording.recorder();
    Runnable work = recorder == null ? call : new RecordedRun(recorder, call);
    boolean read = reading != null && parent != null && parent.reader == Thread.currentThread();
    if (!read || parent.head < parent.tail || !reading.run(work)) {
      workers.submit(work);
    }
  }

  @Override
  protected int queued() {
    return workers.queued();
  }

  @Override
  protected Object find(Class<?> type, String method, String descriptor)
      throws NoSuchMethodException {
    return functions.find(type, method, descriptor);
  }

  @Override
  protected Object invoke(Object function, Object[] args) throws ReflectiveOperationException {
    return functions.invoke(function, args);
  }

  @Override
  protected Object describe(Throwable failure) {
    return ExceptionDescription.of(failure, limit);
  }

  /** The codec of the less common types. */
  private TypeCodec types() {
    if (types == null) {
      types =
          (TypeCodec)
              MessageRouter.make(
                  "org.mitogen4j.internal.context.codec.ExtendedCodec",
                  MessageRouter.class,
                  router);
    }
    return types;
  }

  @Override
  protected void write(Encoder to, Object value) {
    types().write(to, value);
  }

  @Override
  protected Object read(Decoder from, int tag) {
    return types().read(from, tag);
  }
}
