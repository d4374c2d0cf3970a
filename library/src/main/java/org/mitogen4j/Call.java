package org.mitogen4j;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.mitogen4j.kernel.Calls;
import org.mitogen4j.kernel.DeadException;
import org.mitogen4j.kernel.Decoder;
import org.mitogen4j.kernel.Encoder;
import org.mitogen4j.kernel.Handle;
import org.mitogen4j.kernel.Handler;
import org.mitogen4j.kernel.Message;

/**
 * A call that is on its way: a future that knows its context. It fails with a {@link CallException}
 * when the function threw, with a {@link DisconnectedException} when the context is gone, with a
 * {@link CallTimeoutException} when it took too long.
 *
 * <p>Cancelling it interrupts the function. What depends on it runs on the router's pool of
 * threads, and may block.
 *
 * @param <R> the result
 */
public final class Call<R> extends CompletableFuture<R> {
  private final Router router;
  private final Context context;
  private final String function;
  private final AtomicReference<Message> answer = new AtomicReference<>();
  private final Waiting handler;
  private StackTraceElement[] caller;
  private long handle;

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

  /** Takes the answer; on a reading thread. */
  private final class Waiting extends Handler {
    /** Whoever waits for the answer alone, and will take it itself; guarded by this. */
    private boolean awaited;

    Waiting(int id) {
      peer = id;
    }

    @Override
    protected void receive(Message m) {
      router.core().handlers.remove(handle);
      answer.set(m);
      synchronized (this) {
        if (awaited) {
          notifyAll();
          return;
        }
      }
      router.workers().submit(Call.this::finish);
    }

    /** Waits for the answer. */
    synchronized void await() throws InterruptedException {
      while (answer.get() == null && !isDone()) {
        wait(); // until receive, or a timeout
      }
    }

    synchronized void wake() {
      notifyAll();
    }
  }

  /** Sends the call. */
  void send(FunctionRef ref, Object[] arguments, boolean awaited) {
    handler.awaited = awaited;
    try {
      Encoder e = new Encoder(router.core(), true);
      ref.write(e, arguments);
      handle = router.core().open(handler);
      router.sendCall(context.id(), ref, handle, e);
    } catch (DeadException e) {
      answered();
      completeExceptionally(new DisconnectedException(e.getMessage()));
    } catch (InterruptedException e) {
      answered();
      Thread.currentThread().interrupt();
      completeExceptionally(new MitogenException("interrupted while sending to " + context, e));
    }
  }

  private void answered() {
    router.core().handlers.remove(handle);
  }

  /** Turns the answer into the result. */
  @SuppressWarnings("unchecked")
  private void finish() {
    Message m = answer.get();
    router.answered(context.id());
    try {
      if (m.dead()) {
        completeExceptionally(new DisconnectedException(router.reason(m)));
        return;
      }
      Decoder d = new Decoder(router.core(), m);
      int kind = d.u8();
      Object value = d.value();
      if (kind == Calls.OK) {
        complete((R) value);
      } else {
        StackTraceElement[] stack = caller == null ? new StackTraceElement[0] : caller;
        CallException failure = CallException.of(context.name(), value, stack);
        completeExceptionally(router.explain(context.id(), failure));
      }
    } catch (RuntimeException | Error e) {
      completeExceptionally(
          new MitogenException("can't read the answer of " + context + ": " + e.getMessage(), e));
    }
  }

  /** Waits for the answer on the calling thread, which has sent it as awaited. */
  R await() {
    try {
      handler.await();
    } catch (InterruptedException e) {
      cancel(true);
      Thread.currentThread().interrupt();
      throw new MitogenException("interrupted while waiting for " + this, e);
    }
    if (!isDone()) {
      caller = Thread.currentThread().getStackTrace();
      finish();
    }
    try {
      return super.get();
    } catch (ExecutionException e) {
      throw unwrapped(e.getCause());
    } catch (InterruptedException e) {
      throw new AssertionError(e); // it is done
    }
  }

  private static RuntimeException unwrapped(Throwable e) {
    if (e instanceof RuntimeException) {
      return (RuntimeException) e;
    }
    return new MitogenException(String.valueOf(e), e);
  }

  /** Remembers who calls, so that a failure can show it. */
  void calledFrom(StackTraceElement[] stack) {
    caller = stack;
  }

  /** Ends the call here and there after so long. */
  void expire(long millis) {
    router.schedule(
        () -> {
          if (completeExceptionally(
              new CallTimeoutException(this + " took longer than " + millis + " ms"))) {
            stop();
          }
        },
        millis,
        TimeUnit.MILLISECONDS,
        this);
  }

  /**
   * Interrupts the function, and completes this with a {@link CancellationException}.
   *
   * @param mayInterruptIfRunning has no effect
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean now = super.cancel(mayInterruptIfRunning);
    if (now) {
      stop();
    }
    return now;
  }

  private void stop() {
    answered();
    handler.wake();
    try {
      router
          .core()
          .send(context.id(), Handle.CANCEL, handle, new Encoder(router.core(), true), 0, false);
    } catch (DeadException e) {
      // then nothing runs there any more
    }
  }

  @Override
  public String toString() {
    return function + " in " + context;
  }
}
