package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.context.Disconnects;
import org.mitogen4j.internal.context.RequiredClasses;
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
  /** Bytes up to which an answer is read at once, whatever its values are. */
  private static final int QUICK = 1 << 10;

  /**
   * Nanoseconds for a write that any pipe takes at once; more than that only if the thread gets no
   * processor.
   */
  private static final long WRITE_NANOS = 100_000_000;

  private final Router router;
  private final Context context;
  private final String function;
  private final AtomicReference<Message> answer = new AtomicReference<>();
  private final Waiting handler;
  private long replies;

  /** What runs there; set before it is sent. */
  private FunctionRef[] functions = {};

  private long to;

  /** What the answer must be; null where that is not known. */
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

  /** The name of the function that runs in the other context, for people. */
  String function() {
    return function;
  }

  /** Tells what result is to be expected. */
  void declare(AnswerShape result) {
    shape = result;
  }

  /** Sets the object that takes the function's output; called before this call is sent. */
  void capture(CallOutput taker) {
    output = taker;
  }

  /** Writes a call into a message; returns what is going to run there. */
  interface Request {
    FunctionRef[] write(Encoder e) throws InterruptedException;
  }

  /** Takes the answer; on a reading thread. */
  private final class Waiting extends Handler {
    /** Whether one thread waits for the answer alone, and will take it itself. */
    @GuardedBy("this")
    private boolean awaited;

    /** The thread that sends the call. */
    @GuardedBy("this")
    private Thread sender;

    @GuardedBy("this")
    private boolean sent;

    @GuardedBy("this")
    private String stopped;

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

    /** Reads the answer on a thread that may be slow, for the one that waits or what depends. */
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

    /** Waits until this is done, or the answer is here and the waiting thread is to read it. */
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

    /** Returns false when the call was stopped already. */
    synchronized boolean begin(boolean alone) {
      awaited = alone;
      sender = Thread.currentThread();
      if (limited) {
        router.core().hurried.add(sender);
      }
      return stopped == null;
    }

    /** The thread that sent is through; returns why the other side is to be stopped, or null. */
    synchronized String end(boolean arrives) {
      if (limited) {
        router.core().hurried.remove(sender);
      }
      sender = null;
      if (interrupted) {
        Thread.interrupted(); // stop's
      }
      sent = arrives;
      return arrives ? stopped : null;
    }

    /** Whether the thread that sends is still at it. */
    synchronized boolean sending() {
      return sender != null;
    }

    /** Returns whether there is something to be stopped on the other side. */
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
   * Sends the call; returns when it is sent or can't be.
   *
   * @param callee the handle that takes it
   * @return whether it is on its way; if not, this has failed
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
      } else if (why != null) {
        sendStop(why);
      }
    }
    return sent;
  }

  private MitogenException interrupted(Exception e) {
    return new MitogenException("interrupted while sending to " + context, e);
  }

  /** Whether the thread that waits leaves it to another to read an answer: it has a timeout. */
  private boolean readsElsewhere(Message m) {
    return limited && m.size > QUICK;
  }

  /** Reads the answer; returns what completes this with it. */
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

  /** An answer came that is not as it must be. */
  static MitogenException unreadable(Context context, Throwable e) {
    return new MitogenException("can't read the answer of " + context + ": " + e.getMessage(), e);
  }

  private boolean isAnswered() {
    return answer.get() != null || isDone();
  }

  /** Waits for the answer on the calling thread, which has sent it as awaited. */
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

  /** A failure of a call as what is thrown. */
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

  /** Ends the call here and there after so long; called before it is sent. */
  void expire(Duration limit) {
    expire(limit, System.nanoTime());
  }

  /** As above, when part of the time is gone already. */
  void expire(Duration limit, long begun) {
    limited = true;
    long left = Timeouts.of(limit) - (System.nanoTime() - begun);
    try {
      Future<?> timer = router.atTime(() -> timedOut(limit), Math.max(0, left));
      whenEnded((result, failure) -> timer.cancel(false));
    } catch (DeadException closed) {
      // the call fails by that when it is sent, or has failed
    }
  }

  /** On the timer's thread: neither waits nor runs what depends on this. */
  private void timedOut(Duration limit) {
    long millis = limit.toMillis();
    String why = this + " took longer than " + (millis == 0 ? limit : millis + " ms");
    CallTimeoutException late = new CallTimeoutException(why);
    if (!isDone() && (to == Handle.CALL || to == Handle.SERVICE)) {
      router.timeouts.submit(context.id(), () -> router.messages.logDump(context.id(), why));
    }
    if (handler.awaited()) { // nothing depends on it
      failLater(fails(late), why);
    } else {
      router.timeouts.submit(-1, () -> failLater(fails(late), why));
    }
  }

  /** Stops the other side, and the thread that still sends; does not wait. */
  private void failLater(boolean now, String why) {
    if (!now) {
      return;
    }
    if (handler.stop(why)) {
      router.timeouts.submit(context.id(), () -> sendStop(why));
    } else if (handler.sending()) {
      freeSender();
    }
  }

  /**
   * Whoever has a timeout writes only what every pipe takes, as the other side acknowledged what
   * came before. When it hangs in that, the other side lied, and nothing but the link's end frees
   * it.
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

  /** As {@link #cancel}, for a reason that is not the user's wish. */
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
