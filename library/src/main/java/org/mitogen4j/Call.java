package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.context.Disconnects;
import org.mitogen4j.internal.context.functions.RequiredClasses;
import org.mitogen4j.internal.context.threads.Clock;
import org.mitogen4j.internal.kernel.CallHandler;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;

/**
 * A call that is on its way: a future that knows its context. It completes with the function's
 * result, or exceptionally with
 *
 * <ul>
 *   <li>a {@link CallException} when the function threw,
 *   <li>a {@link DisconnectedException} when the context is gone, or its link,
 *   <li>a {@link CallTimeoutException} when it took longer than its timeout,
 *   <li>a {@link CancellationException} when it was cancelled,
 *   <li>another {@link MitogenException} when the answer can't be read, or the thread that sent the
 *       call was interrupted while it waited for room.
 * </ul>
 *
 * <p>As with every CompletableFuture, {@code get} wraps these into an {@link ExecutionException}
 * and {@code join} into a {@link java.util.concurrent.CompletionException}, but for a cancellation.
 *
 * <p>Whatever completes a call ahead of its answer stops the function: {@link #cancel}, its
 * timeout, {@code complete}, {@code completeExceptionally}, {@code orTimeout} and the like. The
 * thread that runs the function is interrupted, or the function kept from beginning; {@link
 * Cancellation#reason} tells the function why.
 *
 * <p>What depends on a call ({@code thenApply} and the like) runs on one of the router's own
 * threads, up to 64 at a time, and may block. Any thread may use a call.
 *
 * @param <R> the result; null for functions without one
 */
public final class Call<R extends @Nullable Object> extends CompletableFuture<R> {
  /** The most bytes of an answer that can be decoded at once, on any thread: it takes no time. */
  private static final int QUICK = 1 << 10;

  /**
   * Nanoseconds that a write may take which fits into any pipe. If it takes longer, the other side
   * acknowledged bytes that it did not read.
   */
  private static final long WRITE_NANOS = 100_000_000;

  private final Router router;
  private final Context context;
  private final String function;
  private final AtomicReference<Message> answer = new AtomicReference<>();
  private final Waiting handler;

  /** The handle where the answer comes in; 0 before the call is sent. */
  private long replies;

  /** The functions that run in the other context; set before the call is sent. */
  private FunctionRef[] functions = {};

  /** The handle in the other context that takes the call. */
  private long to;

  /** The type that the answer must have; null where it is not known. */
  private AnswerShape shape;

  /**
   * Takes the function's output, all of which comes before the answer; null when the output goes to
   * the master's log.
   */
  private CallOutput output;

  /** Whether there is a timeout; set before it is sent. */
  private boolean limited;

  /** The thread that waits for the answer alone; null for none. */
  private volatile Thread waiting;

  Call(Router router, Context context, String function) {
    this.router = router;
    this.context = context;
    this.function = function;
    handler = new Waiting(context.id());
  }

  /** The context in which the function runs. */
  public Context context() {
    return context;
  }

  /** The name of the function that runs in the other context, for logs and error messages. */
  String function() {
    return function;
  }

  /** Sets the type that the answer must have; called before this call is sent. */
  void declare(AnswerShape result) {
    shape = result;
  }

  /** Sets the object that takes the function's output; called before this call is sent. */
  void capture(CallOutput taker) {
    output = taker;
  }

  /** Writes a call into a message; returns the functions that are going to run there. */
  interface Request {
    FunctionRef[] write(Encoder e) throws InterruptedException;
  }

  /** Receives the answer, on a reading thread, and holds what the sending thread is doing. */
  private final class Waiting extends Handler {
    /** Whether one thread waits for the answer alone, and will take it itself. */
    @GuardedBy("this")
    private boolean awaited;

    /** The thread that sends the call. */
    @GuardedBy("this")
    private Thread sender;

    /** Whether the other side has the call, so that it has to be told when the call is stopped. */
    @GuardedBy("this")
    private boolean sent;

    /** Why the call was stopped; null while it was not. */
    @GuardedBy("this")
    private String stopped;

    /** Whether {@link #stop} has interrupted the sending thread. */
    @GuardedBy("this")
    private boolean interrupted;

    Waiting(int id) {
      peer = id;
    }

    @Override
    public void receive(Message m) {
      router.core().handlers.remove(replies);
      CallOutput before = output;
      if (before == null) {
        answered(m);
      } else {
        before.end(() -> answered(m));
      }
    }

    /** The answer is here, and the consumer has got all output that came before it. */
    private void answered(Message m) {
      answer.set(m);
      boolean alone;
      synchronized (this) {
        alone = awaited;
        if (alone && !readsElsewhere(m)) {
          notifyAll();
          return;
        }
      }
      if (m.size <= QUICK) {
        router.completions.submit(() -> read().run());
      } else {
        router.answers.submit(context.id(), () -> readFor(alone));
      }
    }

    /**
     * Decodes the answer on the calling thread, which the answer's values may hold up. Then wakes
     * the thread that waits for the answer alone, or completes the call on another thread.
     */
    private void readFor(boolean alone) {
      Runnable end = read();
      if (!alone) {
        router.completions.submit(end);
        return;
      }
      end.run();
      synchronized (this) {
        notifyAll();
      }
    }

    /** Waits until the call is complete, or its answer is here for the waiting thread to decode. */
    synchronized void await() throws InterruptedException {
      for (Message m = answer.get();
          !isDone() && (m == null || readsElsewhere(m));
          m = answer.get()) {
        wait(); // until receive, readFor or stop
      }
    }

    synchronized boolean awaited() {
      return awaited;
    }

    /** The calling thread begins to send; returns false when the call was stopped already. */
    synchronized boolean begin(boolean alone) {
      awaited = alone;
      sender = Thread.currentThread();
      if (limited) {
        router.core().hurried.add(sender);
      }
      return stopped == null;
    }

    /**
     * The sending thread has finished.
     *
     * @param arrives whether the call was sent
     * @return why the other side is to be told to stop; null when it need not be told
     */
    synchronized String end(boolean arrives) {
      if (limited) {
        router.core().hurried.remove(sender);
      }
      sender = null;
      if (interrupted) {
        Thread.interrupted(); // clears the interrupt that stop caused
      }
      sent = arrives;
      return arrives ? stopped : null;
    }

    /** Whether a thread is still sending the call. */
    synchronized boolean sending() {
      return sender != null;
    }

    /** Stops the call here; returns whether the other side has to be told, too. */
    synchronized boolean stop(String why) {
      notifyAll();
      if (stopped != null) {
        return false;
      }
      stopped = why;
      if (sender != null) {
        interrupted = true;
        sender.interrupt(); // it may wait for room
      }
      return sent;
    }
  }

  /**
   * Sends the call. Waits for room on the link and for credit, not for the answer.
   *
   * @param callee the handle in the other context that takes the call
   * @param request writes the call
   * @param awaited whether the calling thread alone is going to wait for the answer, by {@link
   *     #await}
   * @return whether the call is sent; if not, it has failed
   */
  boolean send(long callee, Request request, boolean awaited) {
    boolean sent = false;
    to = callee;
    router.run.calls(this);
    try {
      if (!handler.begin(awaited)) {
        return false;
      }
      boolean trusted = to != Handle.SERVICE || router.messages.isTrustedBy(context.id());
      Encoder e = new Encoder(router.core(), trusted);
      functions = request.write(e);
      boolean counted = router.messages.prepare(context.id(), e, functions);
      int flags = 0;
      for (Object address : RequiredClasses.passed(e)) {
        flags = Header.BULK; // so that the answer is, and overtakes no items
        if (address instanceof Receiver) {
          ((Receiver<?>) address).location.sentWith(this);
        } else {
          ((Sender<?>) address).sentWith(this);
        }
      }
      replies = router.core().open(handler);
      if (counted) {
        router.messages.sendCounted(context.id(), to, replies, e, flags);
      } else {
        router.core().send(context.id(), to, replies, e, flags, true);
      }
      sent = true;
    } catch (DeadException e) {
      fails(
          Thread.currentThread().isInterrupted()
              ? interrupted(e)
              : DisconnectedException.of(context, e.cause));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fails(interrupted(e));
    } catch (RuntimeException | Error e) {
      fails(e); // nobody has this call, but its timer
      throw e;
    } finally {
      String why = handler.end(sent);
      if (!sent) {
        router.core().handlers.remove(replies);
        router.messages.stopped(context.id(), functions);
      } else if (why != null) {
        sendStop(why);
      }
    }
    return sent;
  }

  private MitogenException interrupted(Exception e) {
    return new MitogenException("interrupted while sending to " + context, e);
  }

  /**
   * Whether a thread of the router decodes the answer, and not the one that waits: with a timeout
   * that one must not be held up by a long answer.
   */
  private boolean readsElsewhere(Message m) {
    return limited && m.size > QUICK;
  }

  /** Decodes the answer; returns the action that completes this call with it. */
  @SuppressWarnings("unchecked")
  private Runnable read() {
    Message m = answer.get();
    router.messages.answered(context.id(), m.dead(), functions);
    try {
      if (m.dead()) {
        DisconnectedException lost = DisconnectedException.of(context, MessageSender.reason(m));
        return () -> fails(lost);
      }
      Decoder d = new Decoder(router.core(), m);
      boolean ok = d.u8() == CallHandler.OK;
      d.expected = ok && shape != null ? shape.expected() : null;
      Object value = d.value();
      if (ok) {
        R result = (R) (shape == null ? value : shape.check(value, d));
        return () -> super.complete(result);
      }
      Thread from = waiting;
      StackTraceElement[] caller = from == null ? new StackTraceElement[0] : from.getStackTrace();
      CallException failure = CallException.of(context.name(), value, caller);
      MitogenException explained = router.messages.explain(context.id(), failure);
      return () -> fails(explained);
    } catch (RuntimeException | Error e) {
      MitogenException failure = unreadable(context, e);
      return () -> fails(failure);
    }
  }

  /** The failure for an answer that can't be decoded, or has another type than it must have. */
  static MitogenException unreadable(Context context, Throwable e) {
    return new MitogenException("can't read the answer of " + context + ": " + e.getMessage(), e);
  }

  private boolean isAnswered() {
    return answer.get() != null || isDone();
  }

  /** Waits for the answer on the calling thread, which sent the call with {@code awaited}. */
  R await() {
    waiting = Thread.currentThread();
    long begun = System.nanoTime();
    router.spin.look(this::isAnswered);
    try {
      handler.await();
    } catch (InterruptedException e) {
      cancel(true);
      Thread.currentThread().interrupt();
      throw new MitogenException("interrupted while waiting for " + this, e);
    }
    router.spin.took(System.nanoTime() - begun);
    if (!isDone()) {
      read().run();
    }
    try {
      return super.get();
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e); // it is done
    }
  }

  /** The exception to throw for a failure of a call. */
  static RuntimeException unchecked(Throwable e) {
    Throwable cause = e;
    while (cause instanceof java.util.concurrent.CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof RuntimeException
        ? (RuntimeException) cause
        : new MitogenException(String.valueOf(cause), cause);
  }

  /** Runs something once this is complete; what it throws is lost. */
  @SuppressWarnings("FutureReturnValueIgnored") // whenComplete returns a copy of this call
  final void whenEnded(BiConsumer<? super R, ? super Throwable> action) {
    whenComplete(action);
  }

  /** Sets the time after which the call fails and is stopped; called before it is sent. */
  void expire(Duration limit) {
    expire(limit, System.nanoTime());
  }

  /** As {@link #expire(Duration)}, counted from {@code begun} (a {@link System#nanoTime}). */
  void expire(Duration limit, long begun) {
    limited = true;
    long left = Timeouts.of(limit) - (System.nanoTime() - begun);
    try {
      Clock.Alarm timer = router.atTime(() -> timedOut(limit), Math.max(0, left));
      whenEnded((result, failure) -> timer.cancel());
    } catch (DeadException closed) {
      // the call fails by that when it is sent, or has failed
    }
  }

  /** Runs as an alarm of the clock: neither waits nor runs what depends on this call. */
  private void timedOut(Duration limit) {
    long millis = limit.toMillis();
    String why = this + " took longer than " + (millis == 0 ? limit : millis + " ms");
    CallTimeoutException late = new CallTimeoutException(why);
    if (!isDone() && (to == Handle.CALL || to == Handle.SERVICE)) {
      router.timeouts.submit(context.id(), () -> router.messages.logDump(context.id(), why));
    }
    if (handler.awaited()) { // so no code of the program depends on its completion
      failLater(fails(late), why);
    } else {
      router.timeouts.submit(-1, () -> failLater(fails(late), why));
    }
  }

  /**
   * Stops the other side, and the thread that still sends; does not wait.
   *
   * @param failed whether this call has been completed just now; if not, nothing is done
   */
  private void failLater(boolean failed, String why) {
    if (!failed) {
      return;
    }
    if (handler.stop(why)) {
      router.timeouts.submit(context.id(), () -> sendStop(why));
    } else if (handler.sending()) {
      freeSender();
    }
  }

  /**
   * Frees a sending thread that hangs in writing. A thread whose call has a timeout writes only
   * what fits into any pipe, given what the other side has acknowledged. If it hangs all the same,
   * the other side acknowledged bytes that it did not read, and only the link's end frees the
   * thread.
   */
  private void freeSender() {
    Link link = router.runtime().routing.way(context.id());
    long since = link == null ? 0 : link.directSince;
    if (since != 0) {
      Runnable look =
          () -> {
            if (handler.sending() && link.directSince == since) {
              router.timeouts.submit(-1, () -> link.end(Disconnects.UNREAD));
            }
          };
      try {
        router.atTime(look, WRITE_NANOS);
      } catch (DeadException closed) {
        // all links end
      }
    }
  }

  /** As {@link #completeExceptionally}, for what ends the call here or there anyway. */
  private boolean fails(Throwable failure) {
    return super.completeExceptionally(failure);
  }

  /** Completes this with a value of the program's own; the function is stopped. Does not wait. */
  @Override
  public boolean complete(R value) {
    return stopped(super.complete(value));
  }

  /** Completes this with a failure of the program's own; the function is stopped. Does not wait. */
  @Override
  public boolean completeExceptionally(Throwable failure) {
    return stopped(super.completeExceptionally(failure));
  }

  /** As {@link #complete}, also where this is completed already. */
  @Override
  public void obtrudeValue(R value) {
    boolean now = !isDone();
    super.obtrudeValue(value);
    stopped(now);
  }

  /** As {@link #completeExceptionally}, also where this is completed already. */
  @Override
  public void obtrudeException(Throwable failure) {
    boolean now = !isDone();
    super.obtrudeException(failure);
    stopped(now);
  }

  private boolean stopped(boolean now) {
    failLater(now, this + " was completed by " + router.core().name);
    return now;
  }

  /** As {@link #cancel}, but completes this call with the given failure. */
  void fail(RuntimeException reason) {
    failLater(fails(reason), reason.getMessage());
  }

  /**
   * Interrupts the function, or keeps it from beginning, and completes this with a {@link
   * CancellationException}. Does not wait for the function's end.
   *
   * @param mayInterruptIfRunning has no effect
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean now = super.cancel(mayInterruptIfRunning);
    stopIf(now, this + " was cancelled by " + router.core().name);
    return isCancelled();
  }

  private void stopIf(boolean now, String why) {
    if (now && handler.stop(why)) {
      sendStop(why);
    }
  }

  private void sendStop(String why) {
    router.core().handlers.remove(replies);
    router.messages.stopped(context.id(), functions);
    Encoder e = new Encoder(router.core(), true);
    byte[] text = why.getBytes(StandardCharsets.UTF_8);
    boolean service = to == Handle.SERVICE;
    if (service) {
      e.u8(ServicePool.CANCEL);
    }
    e.raw(text, 0, Math.min(text.length, Header.MAX_PAYLOAD / 2));
    try {
      router.messages.prepare(context.id(), e);
      // bulk: so that it does not overtake a long call
      router
          .core()
          .send(context.id(), service ? to : Handle.CANCEL, replies, e, Header.BULK, false);
    } catch (DeadException gone) {
      // then nothing runs there any more
    }
  }

  @Override
  public String toString() {
    return function + " in " + context;
  }
}
