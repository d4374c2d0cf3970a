package org.mitogen4j;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.Credits;
import org.mitogen4j.internal.context.codec.TypeAllowlist;
import org.mitogen4j.internal.context.threads.Clock;
import org.mitogen4j.internal.context.threads.ElasticPool;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.master.GuestRouter;
import org.mitogen4j.internal.master.Log;
import org.mitogen4j.internal.master.Master;
import org.mitogen4j.internal.master.PackageChoice;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.door.DoorListener;
import org.mitogen4j.internal.parent.start.Token;

/**
 * A context's place in the tree: starts children, and gives access to all contexts. A program
 * begins with {@link #create}; functions that run in a child find theirs with {@link #current}.
 *
 * <p>Any thread may use it. Closing it ends all children and their children.
 */
public final class Router implements AutoCloseable {
  private static final String PART = "router";

  private final ContextRuntime runtime;
  private final MessageRouter core;
  private final Parent parent;

  final ChildStarts children;
  final ContextEnds ends;
  final MessageSender messages;

  /** The listeners of this run: timelines, and events of Flight Recorder. */
  final RunListeners run;

  /** The threads that complete calls; functions that run here take none of them. */
  final ElasticPool completions;

  /** The threads that pass on the items of receivers that were sent to other contexts. */
  final FairPool relays;

  /** Lets a thread that waits for an answer spin a little before it sleeps. */
  final AnswerSpin spin = new AnswerSpin();

  /**
   * The threads that decode answers which a child may have made slow to decode. A thread that waits
   * with a timeout does not wait for them longer than that.
   */
  final FairPool answers;

  /** The threads that give the output of calls to consumers; see {@link CallOutput}. */
  final FairPool consumers;

  /**
   * The threads that complete calls whose timeout is over, and tell the other side to stop. No
   * answer is decoded on them, so that nothing that a child sends delays a timeout.
   */
  final FairPool timeouts;

  /**
   * Hands log records and output of contexts to the backend; null in all contexts but the master.
   */
  private final LogHandOver log;

  /** Null until it is needed: most children never load its class. */
  @GuardedBy("this")
  private RouterDiagnostics diagnostics;

  private volatile boolean closing;

  /** Receivers that are in use, so that threads that wait for their items learn of the end. */
  private final Set<Receiver<?>> receivers = Collections.newSetFromMap(new WeakHashMap<>());

  private Router(ContextRuntime runtime) {
    this.runtime = runtime;
    core = runtime.router;
    parent = Parent.of(runtime);
    children = new ChildStarts(this, parent);
    ends = new ContextEnds(this, parent);
    messages = new MessageSender(runtime, parent);
    completions = threads();
    relays = new FairPool(this);
    answers = new FairPool(this);
    consumers = new FairPool(this);
    timeouts = new FairPool(this);
    runtime.atEnd(this::end);
    run = new RunListeners(this, parent);
    runtime.recording.whenOpen(recorder -> run.add(new RunEvents(recorder)));
    log = runtime.parts.containsKey(Log.PART) ? LogHandOver.install(this) : null;
  }

  /**
   * Makes the root of a new tree, with the default settings. The program's classes are found by the
   * context class loader of the calling thread ({@link RouterOptions#classLoader} sets another).
   * Uses no network, starts no process, and does not block.
   *
   * @return a router of the master; close it to end the tree
   */
  public static Router create() {
    return create(RouterOptions.defaults());
  }

  /**
   * Makes the root of a new tree, as {@link #create()} does. Blocks while it reads the file of
   * {@link RouterOptions#classProfile}, if there is one.
   *
   * @param options the settings of all contexts of the tree
   * @return a router of the master; close it to end the tree
   */
  public static Router create(RouterOptions options) {
    Object[] settings =
        Master.settings(
            options.messageLimit(),
            options.unidirectional(),
            options.heartbeat().toMillis(),
            options.serviceThreads(),
            options.provided().toArray(),
            (int) options.endLimit().toMillis(),
            options.hangDumps(),
            options.cacheLimit());
    PackageChoice choice =
        new PackageChoice(options.allowed(), options.denied(), options.provided());
    ContextRuntime runtime = Master.create(programLoader(options.classLoader()), settings, choice);
    Parent.of(runtime).starts.atMost(options.connecting());
    if (options.classProfile() != null) {
      Master.keepProfile(runtime, options.classProfile());
    }
    return of(runtime);
  }

  /** The class loader that was set, else the thread's, else the library's. */
  private static ClassLoader programLoader(@Nullable ClassLoader set) {
    ClassLoader loader = set == null ? Thread.currentThread().getContextClassLoader() : set;
    return loader == null ? Router.class.getClassLoader() : loader;
  }

  /**
   * The router of the context in which the calling function runs. Does not block.
   *
   * @return the same router for all functions of a context
   * @throws IllegalStateException on a thread that does not run a called function; pass the router
   *     on to threads that a function starts
   */
  public static Router current() {
    Thread thread = Thread.currentThread();
    if (!(thread instanceof MessageRouter.Worker)) {
      throw new IllegalStateException(
          "thread '"
              + thread.getName()
              + "' does not run a called function: ask for the router in the function, and hand it"
              + " to the threads that it starts");
    }
    return of(ContextRuntime.of(((MessageRouter.Worker) thread).router));
  }

  static Router of(ContextRuntime runtime) {
    return runtime.part(PART, Router.class, () -> new Router(runtime));
  }

  /**
   * Joins the tree of another process of the same account, by a door that it opened with {@link
   * #listen}. The new router can call functions in contexts there; they can't call functions here.
   * Needs Java 16 on both sides, and the same version of the library. Blocks until the other
   * process has answered.
   *
   * @param door the path of the socket
   * @return a router in that tree; closing it leaves the tree
   * @throws IOException when no process listens there, when a process of another account other than
   *     root listens there, when its version of the library differs, and before Java 16
   */
  public static Router attach(Path door) throws IOException {
    Thread thread = Thread.currentThread();
    if (thread instanceof MessageRouter.Worker && ((MessageRouter.Worker) thread).router.id != 0) {
      return of(GuestRouter.join(door, ((MessageRouter.Worker) thread).router));
    }
    return of(GuestRouter.join(door, programLoader(null)));
  }

  // ---- contexts

  /**
   * The context that this router belongs to.
   *
   * @return the master in the program that made the router
   */
  public Context self() {
    return context(core.id);
  }

  /** A context by its id, which need not be known here. */
  Context context(int id) {
    return context(id, id == 0 ? "master" : "context " + id);
  }

  /**
   * A context by its id.
   *
   * @param fallback its name if the context is not known here
   */
  Context context(int id, String fallback) {
    ContextRecord known = parent.known.get(id);
    String name = id == core.id ? core.name : known == null ? fallback : known.name;
    return new Context(this, id, name);
  }

  /**
   * Lets children send values of these types: enums, records, and plain Serializable classes with a
   * constructor without parameters; and of all types that these are made of. Types that a called
   * method declares as its result need not be allowed. Applies to all that this context reads from
   * now on. Does not block.
   *
   * @param types the types to allow, in addition to those that were allowed before
   * @return this router
   */
  public Router allowTypes(Class<?>... types) {
    for (Class<?> type : types) {
      TypeAllowlist.of(core).add(type);
    }
    return this;
  }

  /**
   * Explains how a chain of contexts would be started, the first by this context and each of the
   * others by the one before: the exact command lines, and the bytes that would be written. Nothing
   * is run, asked or written. Values that depend on a parent that does not run yet are shown as
   * words in capital letters; random words differ in each start. Does not block.
   *
   * @param way the connection methods, as {@code ConnectionString.methods} has them
   * @return the plan, with one hop for each method; empty for no methods
   */
  public StartPlan explain(List<? extends ConnectionMethod<?>> way) {
    return diagnostics().explain(way);
  }

  /**
   * Replaces the backend that writes the log records and the output of all contexts. Does not
   * block.
   *
   * @param backend called by threads of this router; see {@link LogBackend}
   * @return this router
   * @throws IllegalStateException in a context other than the master
   */
  public Router logTo(LogBackend backend) {
    if (log == null) {
      throw new IllegalStateException(core.name + " is not the master, to which all logs go");
    }
    log.to(Objects.requireNonNull(backend));
    return this;
  }

  /**
   * All contexts below this one that are known here: those that are starting or up. Does not block.
   *
   * @return a copy, in the order of their numbers; empty once this router is closed
   */
  public List<Context> contexts() {
    if (core.closed) {
      return new ArrayList<>();
    }
    List<Integer> ids = new ArrayList<>(parent.known.keySet());
    ids.sort(null);
    List<Context> contexts = new ArrayList<>();
    for (int id : ids) {
      contexts.add(context(id));
    }
    return contexts;
  }

  /**
   * Starts a child of this context, and waits until it is up: up to the method's connect timeout,
   * 30 seconds by default, and for its turn when many are being started ({@link
   * RouterOptions#connecting}). An interrupt gives the start up.
   *
   * @param method how to start it
   * @return the child, which is up
   * @throws StartException when it can't be started; the message says why. Also when the calling
   *     thread is interrupted, which it still is then, and when this router is closed
   */
  public Context connect(ConnectionMethod<?> method) throws StartException {
    return children.connect(self(), method);
  }

  /**
   * Starts a child of this context, and returns at once: calls may be sent to it, and go along with
   * what starts it. When the start fails, they do; {@link Context#ready} tells.
   *
   * @param method how to start it
   * @return the child, which is starting
   * @throws DisconnectedException when this router is closed
   */
  public Context connectAsync(ConnectionMethod<?> method) {
    return children.connectAsync(self(), method);
  }

  // ---- detaching, doors
  /**
   * Cuts this context loose from its parent: it lives on with all its children when the master and
   * the programs that carried the link, such as ssh, are gone. For its parents it has ended: their
   * calls that run here, also the call of the function that calls this, fail with a {@link
   * DisconnectedException} there, and run on here. Classes that are not here by then can't be
   * loaded any more, and what it prints is lost. It can be reached again only by a door that it
   * opens ({@link #listen}). It ends with {@link #close} or {@code System.exit}. Blocks until its
   * parent has answered.
   *
   * @throws IllegalStateException in the master, in a context that shares its parent's process, and
   *     when it has no parent any more
   */
  public void detach() {
    if (runtime.ending == null) {
      throw new IllegalStateException(core.name + " has no parent that it could detach from");
    }
    parent.sender.keepLibrary();
    runtime.ending.detach();
  }

  /**
   * Opens a door: a Unix domain socket by which other processes of the same account {@link #attach}
   * this tree, and may then do in it whatever this context may. Processes of other accounts except
   * root are refused. Needs Java 16. A socket that a dead process left there is replaced, any other
   * file is not. Up to 64 guests are attached at a time. {@link #close} of this router closes the
   * door, too. Does not wait for guests.
   *
   * @param path where the socket is made
   * @return closes the door; attached guests stay attached
   * @throws IOException when a process listens there already, when no socket can be made there,
   *     when this router is closed, and before Java 16
   */
  public Closeable listen(Path path) throws IOException {
    return new DoorListener(runtime, path, true);
  }

  /**
   * As {@link #listen}, for guests that may use only the senders, receivers and channels that are
   * given to them.
   *
   * @param path where the socket is made
   * @return closes the door; attached guests stay attached
   * @throws IOException as {@link #listen}
   */
  public Closeable listenForGuests(Path path) throws IOException {
    return new DoorListener(runtime, path, false);
  }

  /**
   * The contexts above this one. Does not block.
   *
   * @return the parent first, the master last; empty in the master
   */
  public List<Context> parents() {
    List<Context> contexts = new ArrayList<>();
    for (int id : core.parents) {
      contexts.add(context(id));
    }
    return contexts;
  }

  /**
   * The tree below, one line for each context: id, name, how it is reached, user, pid, Java
   * version, and the messages and bytes that went over the link between it and its parent. Asks the
   * contexts that have children for the traffic, and blocks for a second at most; the traffic of
   * links whose parent did not answer in that time is left out.
   *
   * @return text for people, which may change from version to version
   */
  public String describe() {
    return diagnostics().describe();
  }

  /**
   * The tree below this context as a Mermaid flowchart, which Markdown viewers draw: each context
   * with its id, name, account, process id and Java version, and the connection method that reaches
   * it from its parent. Uses only what is known here, and does not block.
   *
   * @return the source of a diagram
   */
  public String mermaid() {
    return diagnostics().mermaid();
  }

  /**
   * The same tree as {@link #mermaid}, in the DOT language of Graphviz. Does not block.
   *
   * @return the source of a diagram
   */
  public String dot() {
    return diagnostics().dot();
  }

  /**
   * The {@link Context#dump} of this context and of all contexts below it, one behind the other.
   * They are asked at the same time, and the calling thread waits until all have answered or the
   * limit is over; an interrupt does not end the wait. A context that is gone or does not answer is
   * no error: the text has the reason in place of its dump.
   *
   * @param limit how long each is waited for at most
   * @return text for people, safe to print
   * @throws IllegalArgumentException when the limit is not positive
   */
  public String dump(Duration limit) {
    return diagnostics().dump(limit);
  }

  /**
   * Records what happens in this run from now on: starts of contexts, classes that are sent, calls,
   * and ends of contexts. The first call of this method begins to record; further calls return the
   * same timeline. Any thread may call it; it does not block. What is recorded is noted by the
   * threads on which it happens, so recording has no thread of its own, and can't be ended. The
   * timeline can be read after {@link #close}; one that is first asked for then stays empty.
   *
   * @return the one timeline of this router
   */
  public Timeline timeline() {
    return diagnostics().timeline();
  }

  /**
   * Saves the headers of all frames between this master and the children that are started from now
   * on, until the trace is closed, or this router is. There is one trace at a time. Any thread may
   * call it; it blocks while it creates the file. A thread of this router writes the frames: a disk
   * that is full or slow holds up no link, and its error is thrown by {@link FrameTrace#close}.
   *
   * @param file the file to write; an existing file is replaced
   * @return the trace, to be closed
   * @throws IOException when the file can't be created
   * @throws IllegalStateException in a context other than the master, and while another trace of
   *     this router is open
   */
  public FrameTrace traceFrames(Path file) throws IOException {
    return diagnostics().traceFrames(file);
  }

  /**
   * What this router holds now. Does not block. Also after {@link #close}: then the numbers show
   * what has not ended yet.
   *
   * @return the numbers of this moment
   */
  public RouterCounters counters() {
    return diagnostics().counters();
  }

  /** As {@link #describe}, without asking: counts are those of this context's own links. */
  @Override
  public String toString() {
    return diagnostics().toString();
  }

  /**
   * Ends all children and their children; what they printed still arrives. Blocks until then, at
   * most a second longer than {@link RouterOptions#endLimit}, which is a second by default. A
   * thread that waits for an answer or item that can't come any more is woken with an exception,
   * and functions that run in this context are interrupted. Closing it again does nothing.
   *
   * <p>In a context that a parent started, detached or not, it ends that context, as if its parent
   * did: a function that called it never returns. A function that only uses the router must not
   * close it.
   */
  @Override
  public void close() {
    closing = true;
    if (runtime.ending != null) {
      runtime.ending.end(true);
      return;
    }
    parent.close();
    runtime.close();
    Link up = core.parent;
    if (up != null) {
      up.end(new EndCause(EndCause.SHUT_DOWN, core.name + " has left"));
    }
  }

  /** Ends all receivers: nothing more comes, so no thread must wait for it. */
  private void end() {
    List<Receiver<?>> open;
    synchronized (receivers) {
      closing = true;
      open = new ArrayList<>(receivers);
    }
    for (Receiver<?> receiver : open) {
      receiver.end(Receiver.CLOSED);
    }
  }

  /** The methods that only look; made on first use. */
  synchronized RouterDiagnostics diagnostics() {
    if (diagnostics == null) {
      diagnostics = new RouterDiagnostics(this, parent);
    }
    return diagnostics;
  }

  boolean isClosed() {
    return core.closed;
  }

  // ---- services

  /**
   * Starts a service in this context: other contexts may call its {@link Exposed} methods, by the
   * name of its class. It replaces a service of the same class. Does not block.
   *
   * @param service an object with {@link Exposed} methods, which threads of this router call, up to
   *     {@link RouterOptions#serviceThreads} at a time
   * @throws IllegalArgumentException when its class has no {@link Exposed} method
   */
  public void serve(Object service) {
    ServicePool.of(this).add(service);
  }

  // ---- receivers

  /**
   * Opens a receiver: every context that is given a sender of it may send items, of any type. Does
   * not block.
   *
   * @param <T> the items; each is cast to it unchecked
   * @return the receiver, to be closed
   * @throws ClosedException when this router is closed
   */
  public <T extends @Nullable Object> Receiver<T> receiver() {
    return open(new Receiver<>(this, null, Policy.anybody()));
  }

  /**
   * As {@link #receiver()}, for items of one type, which need not be allowed by {@link
   * #allowTypes}. An item of another type is a failure.
   *
   * @param <T> the items
   * @param type the class of the items
   * @return the receiver, to be closed
   * @throws ClosedException when this router is closed
   */
  public <T> Receiver<T> receiver(Class<T> type) {
    return receiver(type, Policy.anybody());
  }

  /**
   * As {@link #receiver(Class)}, but only the contexts that the policy permits may send. Another
   * context that was given a sender gets a {@link ClosedException} that says so when it sends.
   *
   * @param <T> the items
   * @param type the class of the items
   * @param policy the contexts that may send
   * @return the receiver, to be closed
   * @throws ClosedException when this router is closed
   */
  public <T> Receiver<T> receiver(Class<T> type, Policy policy) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(policy, "policy");
    return open(new Receiver<>(this, type, policy));
  }

  /**
   * Opens the copy of a receiver that another context has sent here.
   *
   * @param type the type that each item must have; null for any
   * @param owner the context that sent it
   * @param handle the handle there at which the items are asked for
   */
  <T> Receiver<T> receiver(Class<T> type, Policy policy, Context owner, long handle) {
    return open(new Receiver<>(this, type, policy, owner, handle));
  }

  private <T> Receiver<T> open(Receiver<T> receiver) {
    synchronized (receivers) {
      if (core.closed) {
        throw new ClosedException("the router is closed");
      }
      receivers.add(receiver);
    }
    return receiver;
  }

  /**
   * Opens a channel, whose {@link Channel#other} end is to be sent to a context. Does not block.
   *
   * @param <I> the items that come in here
   * @param <O> the items that go out from here
   * @return this end of the channel, to be closed
   * @throws ClosedException when this router is closed
   */
  public <I extends @Nullable Object, O extends @Nullable Object> Channel<I, O> channel() {
    return new Channel<>(this, null);
  }

  /** A handle that can't be guessed, so that only a context that was given it can send to it. */
  long newHandle() {
    return Long.MIN_VALUE >>> 1 | Token.bits() >>> 1;
  }

  /** Whether a handle can be one of {@link #newHandle}, rather than a counted or a fixed one. */
  static boolean isSecret(long handle) {
    return handle >= Handle.FIRST_SECRET;
  }

  // ---- for calls, senders and receivers
  /** The part of this context that the kernel has: identity, handlers, and sending messages. */
  MessageRouter core() {
    return core;
  }

  /** The part of this context beyond the kernel. */
  ContextRuntime runtime() {
    return runtime;
  }

  Credits credits() {
    return runtime.credits;
  }

  /** Logs a failure of a call in the master, since the program does not look at the call. */
  void warnOfFailure(Call<?> call) {
    call.whenEnded(
        (nothing, failure) -> {
          boolean detached =
              failure instanceof DisconnectedException
                  && ((DisconnectedException) failure).reason().kind() == EndReason.Kind.DETACHED;
          if (failure != null && !closing && !detached) {
            StringWriter text = new StringWriter();
            if (failure instanceof CallException) {
              failure.printStackTrace(new PrintWriter(text, true));
            } else {
              text.write(failure.toString());
            }
            runtime.warn(call + " failed, and nobody waits for it: " + text);
          }
        });
  }

  /**
   * Runs work later, unless it is cancelled. It must neither wait, write nor run code of the
   * program, so that whatever is due happens in time.
   *
   * @throws DeadException when this router is closed
   */
  @CanIgnoreReturnValue
  Clock.Alarm atTime(Runnable work, long delayNanos) {
    return runtime.clock.at(runtime.alarms, work, delayNanos, TimeUnit.NANOSECONDS);
  }

  /** Makes a pool of up to 64 threads. */
  ElasticPool threads() {
    return new ElasticPool(runtime.threads);
  }
}
