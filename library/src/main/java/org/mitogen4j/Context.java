package org.mitogen4j;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.kernel.Handle;

/**
 * One JVM in the tree, seen from another. An immutable value: two are equal when they stand for the
 * same context of the same router. It can be sent to other contexts, and works there.
 *
 * <p>Functions that are called in it (see {@link CallTarget}) run at the same time, up to 64 of
 * them, in no order; the others wait for a thread. Any thread may use a context.
 */
public final class Context extends CallTarget implements AutoCloseable {
  /** How long {@link #close} waits for an end in good order. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  /** The answer that holds a dump: an array of one text. */
  private static final AnswerShape DUMP =
      AnswerShape.array(
          values -> values.length == 1 && values[0] instanceof String ? values[0] : null,
          "a text of what its threads do");

  private final Router router;
  private final int id;
  private final String name;
  private final Duration timeout;

  /** Takes the output of calls; null where it goes to the log. */
  private final Consumer<? super ContextLogRecord> output;

  Context(Router router, int id, String name) {
    this(router, id, name, null, null);
  }

  private Context(
      Router router,
      int id,
      String name,
      Duration timeout,
      Consumer<? super ContextLogRecord> output) {
    this.router = router;
    this.id = id;
    this.name = name;
    this.timeout = timeout;
    this.output = output;
  }

  /** Its number in the tree; 0 is the master. */
  public int id() {
    return id;
  }

  /** What it is called in logs and messages. */
  public String name() {
    return name;
  }

  /** The router that this object belongs to: the one of the context it is used in. */
  public Router router() {
    return router;
  }

  /**
   * Returns the same context with a time limit for calls, and for {@link #dump}, {@link #workload}
   * and services; {@link #connect} has its own. The time begins when the call is made: for a
   * context that is still starting it includes the start. When the time is over, the function is
   * interrupted, and the caller gets a {@link CallTimeoutException}. There is no limit by default.
   *
   * @param limit for each call by itself; it replaces the one that this object has
   * @return a copy with this limit; this object does not change
   * @throws IllegalArgumentException when it is not positive
   */
  public Context withTimeout(Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("a call timeout of " + limit + ", must be positive");
    }
    return new Context(router, id, name, limit, output);
  }

  /**
   * Returns the same context, but with output per call: all that a function prints and logs goes to
   * this consumer, in order, and not to the log. This covers text printed to {@code System.out} and
   * {@code System.err} and log records, by the thread that runs the function and by threads that it
   * starts while it runs; and the output of commands that it runs by {@link Shell}. The output of
   * programs that it starts by {@code ProcessBuilder} with inherited output, and of other contexts
   * that it calls, still goes to the log.
   *
   * <p>Printed lines are records of the loggers {@code org.mitogen4j.output.NAME.stdout} and {@code
   * .stderr}. The consumer has got all records before the call completes, unless the call is
   * cancelled or its timeout is over: later output goes to the log. Threads of this router call the
   * consumer: one thread at a time for each call, but several threads when calls run at the same
   * time. It may block: while 256 KiB wait for it, the function blocks when it prints, and so may
   * other functions in that context. When it throws, the call fails with that exception, and the
   * function is interrupted.
   *
   * <p>This holds for all calls, also those of {@link #chain} and {@link #executor}, but not for
   * calls of services. In a context that shares its process with others ({@code InProcess}, the
   * master) the output can't be told apart, and the consumer gets nothing.
   *
   * <p>The records of one call come in the order in which the function printed and logged; those of
   * calls that run at the same time mix.
   *
   * @param consumer takes each printed line and each log record; it replaces the one that this
   *     object has
   * @return a copy with this consumer; this object does not change
   * @throws NullPointerException when the consumer is null
   */
  public Context withOutput(Consumer<? super ContextLogRecord> consumer) {
    return new Context(router, id, name, timeout, Objects.requireNonNull(consumer, "consumer"));
  }

  /**
   * This context as an executor, so that frameworks that know only executors run their tasks in it.
   *
   * <p>A task is sent to the context, so it has to be serializable: a lambda written as {@code
   * (Callable<Long> & Serializable) () -> ...}, or an object of a class that is a Callable or a
   * Runnable, and Serializable. What it captured is sent along, its result comes back; both are
   * subject to what can be sent. Another task is refused with a {@link RejectedExecutionException},
   * and so are those of {@code CompletableFuture.supplyAsync} and similar methods, which hide the
   * function: {@code callAsync} returns such a future. {@code invokeAll}, {@code invokeAny} and an
   * {@code ExecutorCompletionService} work. {@code submit} returns a {@link Call}; what {@code
   * execute} runs is heard of only when it fails, in the master's log.
   *
   * <p>Each executor is a view of its own: shutting one down refuses further tasks to it, and
   * {@code shutdownNow} cancels those that it was given, but the context goes on. Tasks run at the
   * same time, with this object's {@link #withTimeout}. Any thread may use it; none waits but in
   * {@code invokeAll}, {@code invokeAny} and {@code awaitTermination}, or for room as all calls do.
   *
   * @return a new executor, which has no thread of its own in this process
   */
  public ExecutorService executor() {
    return new ContextExecutor(this);
  }

  /**
   * Returns a text about all threads of the context's process: for each its stack, the locks that
   * it holds, and the lock that it waits for; deadlocks come first. A thread of its own answers, so
   * the answer comes even if all other threads of the context are busy. Works for this context
   * itself and for contexts below it. Blocks until the answer is here, or the time of {@link
   * #withTimeout} is over.
   *
   * @return at most 1 Mi characters; a text that is cut says so at its end; safe to print
   * @throws DisconnectedException when the context is gone
   * @throws CallTimeoutException when there is no answer within the timeout
   */
  public String dump() {
    return this + ", " + Printable.lines(dumpLater(true).await());
  }

  /**
   * Asks for a dump; does not wait.
   *
   * @param awaited whether only the calling thread is going to wait for the answer
   */
  Call<String> dumpLater(boolean awaited) {
    return ask(Handle.DUMP, "dump", DUMP, awaited);
  }

  /**
   * How many calls run there, and how many wait, whichever context called. Is answered however busy
   * it is. Works for this context itself and for contexts below it. Blocks until the answer is
   * here, or the time of {@link #withTimeout} is over.
   *
   * @return the numbers of one moment
   * @throws DisconnectedException when the context is gone
   * @throws CallTimeoutException when there is no answer within the timeout
   */
  public Workload workload() {
    Call<Workload> call = ask(Handle.LOAD, "load", Workload.SHAPE, true);
    return call.await();
  }

  /** Sends an empty request to a handler of the library in this context. */
  private <R> Call<R> ask(long handle, String name, AnswerShape shape, boolean awaited) {
    Call<R> call = new Call<>(router, this, name);
    call.declare(shape);
    if (timeout != null) {
      call.expire(timeout);
    }
    call.send(handle, e -> new FunctionRef[0], awaited);
    return call;
  }

  /**
   * Which of the program's classes this context was sent by the one that asks. Does not block.
   *
   * @return what was sent up to now
   * @throws IllegalArgumentException when it is not below the one that asks, or has ended
   */
  public ClassTraffic classTraffic() {
    return router.messages.sentClasses(this).read(ClassTraffic::new);
  }

  /**
   * A service in this context, by its class. Calls to it have this object's timeout. Does not
   * block, and does not look whether there is one.
   *
   * @param type the class of the service
   * @return something to call it with
   */
  public Service service(Class<?> type) {
    return new Service(this, type.getName(), type, timeout);
  }

  /**
   * As {@link #service(Class)}, by the name of its class, where that is not known here. Results of
   * types of the program must then be allowed.
   *
   * @param className as {@link Class#getName} has it
   * @return something to call it with
   */
  public Service service(String className) {
    return new Service(this, className, null, timeout);
  }

  /**
   * A new chain: what is called in it runs in order, and not after a failure. Its calls have this
   * object's timeout and output. Does not block.
   *
   * @return the chain, to be closed
   */
  public Chain chain() {
    return new Chain(this, timeout, output);
  }

  @Override
  <R extends @Nullable Object> Call<R> send(FunctionRef ref, boolean awaited, Object... arguments) {
    Call<R> call = new Call<>(router, this, ref.name);
    call.declare(ref.declared);
    if (timeout != null) {
      call.expire(timeout);
    }
    if (output == null) {
      call.send(Handle.CALL, e -> ref.write(e, arguments), awaited);
    } else {
      CallOutput own = new CallOutput(call, output);
      call.send(Handle.CALL, e -> own.write(e, ref, arguments), awaited);
    }
    return call;
  }

  // ---- children

  /**
   * Starts a child of this context, and waits until it is up: up to the method's connect timeout,
   * 30 seconds by default, and for its turn when many are being started. {@link #withTimeout} does
   * not count. An interrupt gives the start up.
   *
   * @param method how this context is to start it; it is sent there
   * @return the child, which is up
   * @throws StartException when it can't be started; the message says why, and at which context.
   *     Also when this context is gone, when the router is closed, and when the calling thread is
   *     interrupted, which it still is then
   */
  public Context connect(ConnectionMethod<?> method) throws StartException {
    return router.children.connect(this, method);
  }

  /**
   * Starts a child of this context, and returns at once: calls may be sent to it, and go along with
   * what starts it. When the start fails, they do; {@link Context#ready} tells.
   *
   * @param method how this context is to start it; it is sent there
   * @return the child, which is starting
   * @throws DisconnectedException when the router is closed
   */
  public Context connectAsync(ConnectionMethod<?> method) {
    return router.children.connectAsync(this, method);
  }

  /**
   * The context that started this one. Does not block.
   *
   * @return null in the master, and where the parent is not known: of a context that is neither
   *     below the one that asks, nor itself, nor above it
   */
  public @Nullable Context parent() {
    return router.diagnostics().parentOf(id);
  }

  /**
   * The children of this context, those that are starting among them, as far as the one that asks
   * knows them: it must be this context or above it. Does not block.
   *
   * @return a copy, in the order of their numbers; empty where none is known
   */
  public List<Context> children() {
    return router.diagnostics().childrenOf(id);
  }

  /**
   * What is known of this context: its state, account, host, process, Java version and more. Asks
   * the context and its parent for what is not known here, and blocks for a second at most: what
   * they do not answer in that time is null. An ended context has its {@link
   * ContextInfo#endReason}. Never throws because a context is gone.
   *
   * @return what is known at this moment
   */
  public ContextInfo info() {
    return router.diagnostics().info(this);
  }

  // ---- its end

  /**
   * Completes with the reason when this context has ended, in whatever way, or could not be
   * started; also when it detached from its parent. Never completes exceptionally. For a context
   * that is not below the one that asks it completes when that hears of the end, which is when it
   * has sent it something. Each call returns a view of the same end; completing or cancelling the
   * result has no effect on the context. What depends on the result runs on one of the router's own
   * threads, or on the calling one where the context has ended already. Does not block.
   *
   * @return completes with the reason, never null
   */
  public CompletableFuture<EndReason> ended() {
    return router.ends.of(id);
  }

  /**
   * Ends this context and all contexts below it: {@link #shutdown} with a limit of 2 seconds, so it
   * blocks for 3 seconds at most. So a context can be the resource of a {@code try} statement.
   */
  @Override
  public void close() {
    shutdown(CLOSE_LIMIT);
  }

  /**
   * Ends this context and all contexts below it, in good order: what they printed arrives, shutdown
   * hooks run, functions that run there are interrupted. A context that has not ended within the
   * limit is ended by force: its process is killed. Calls to these contexts fail with a {@link
   * DisconnectedException}, here and elsewhere. Blocks until the context has ended, at most 1
   * second longer than the limit. Does nothing when it has ended already; a context that is only
   * starting is given up.
   *
   * <p>In the context itself it is as {@link Router#close}.
   *
   * @param limit a millisecond or more
   * @throws IllegalArgumentException when the context is neither the calling one nor below it, or
   *     the limit is less than a millisecond
   * @throws MitogenException when the calling thread is interrupted, which it still is then
   */
  public void shutdown(Duration limit) {
    router.ends.shutDown(this, limit);
  }

  /**
   * Completes with this context when it is up. Completes exceptionally with a {@link
   * StartException} when it could not be started, and with a {@link DisconnectedException} when it
   * is gone already. Each call returns a view of one start; completing or cancelling the result has
   * no effect on the start. Does not block. What depends on the result runs on a thread that starts
   * contexts, which starts no other context meanwhile, or on the calling thread if the start is
   * over.
   *
   * @return completes with this context; already complete for one that was not started from here
   */
  public CompletableFuture<Context> ready() {
    return router.children.started(this).thenApply(started -> started);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Context && ((Context) o).id == id && ((Context) o).router == router;
  }

  @Override
  public int hashCode() {
    return id;
  }

  @Override
  public String toString() {
    return name + " (" + id + ")";
  }
}
