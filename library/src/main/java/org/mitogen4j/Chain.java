package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.context.ConversationId;
import org.mitogen4j.internal.context.Credits;
import org.mitogen4j.internal.context.FragmentedSend;
import org.mitogen4j.internal.context.chain.ChainServer;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;

/**
 * Runs functions in a context one after another, in the order in which they were called, without
 * waiting for each: {@code callAsync} and the others send a call while those ahead of it are still
 * on their way. After the first that fails none runs: the rest fail with the same cause. So a chain
 * is to a program what {@code &&} is to a shell. Made by {@link Context#chain}.
 *
 * <p>A call that is cancelled, or runs out of time, has failed. The timeout of a call counts from
 * when it is sent; that of {@code context.withTimeout(...).chain()} is each call's own. Up to 256
 * KiB of calls wait for their turn; then the calling thread waits.
 *
 * <p>Any thread may use it; calls of several threads run in one of the possible orders. Closing it
 * lets go of what the context keeps for it, once all that was called has run.
 */
public final class Chain extends CallTarget implements AutoCloseable {
  private static final FunctionRef ORDERED = FunctionRef.named(ChainServer.class, "call", 6);
  private static final FunctionRef FAIL = FunctionRef.named(ChainServer.class, "fail", 4);
  private static final FunctionRef CLOSE = FunctionRef.named(ChainServer.class, "close", 3);

  private final Context context;
  private final Duration timeout;
  private final Consumer<? super ContextLogRecord> output;
  private final Router router;
  private final int owner;
  private final long id;

  @GuardedBy("this")
  private long next;

  @GuardedBy("this")
  private boolean closed;

  /**
   * @param timeout of each call; null for none
   * @param output takes the output of calls; null where it goes to the log
   */
  Chain(Context context, Duration timeout, Consumer<? super ContextLogRecord> output) {
    this.context = context;
    this.timeout = timeout;
    this.output = output;
    router = context.router();
    owner = router.core().id;
    id = router.newHandle();
  }

  /** Where the functions run. */
  public Context context() {
    return context;
  }

  /**
   * Sends a call.
   *
   * @throws IllegalStateException when this is closed
   */
  @Override
  <R extends @Nullable Object> Call<R> send(FunctionRef ref, boolean awaited, Object... arguments) {
    Call<R> call = new Call<>(router, context, ref.name);
    call.declare(ref.declared);
    if (timeout != null) {
      call.expire(timeout);
    }
    CallOutput own = output == null ? null : new CallOutput(call, output);
    long[] number = {-1};
    boolean sent = false;
    try {
      sent =
          call.send(
              Handle.CALL,
              e -> {
                ORDERED.begin(e, 6);
                e.value(own == null ? ref.text() : CallOutput.CAPTURED.text());
                e.u8(Encoder.ARRAY);
                if (own == null) {
                  ref.writeArguments(e, arguments);
                } else {
                  own.writeArguments(e, ref, arguments);
                }
                e.value(owner);
                e.value(id);
                number[0] = take(e);
                return new FunctionRef[] {ORDERED, ref};
              },
              awaited);
    } finally {
      if (!sent && number[0] >= 0) {
        skip(number[0], call);
      }
    }
    return call;
  }

  /** Waits for credit, and writes the number of the call in this chain, and its cost in credit. */
  private long take(Encoder e) throws InterruptedException {
    long cost = Credits.cost(FragmentedSend.size(e));
    router.messages.checkSize(context.id(), e);
    router.credits().of(context.id(), id).take(cost);
    long number;
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the chain in " + context + " is closed");
      }
      number = next++;
    }
    e.value(number);
    e.value(cost);
    return number;
  }

  /** Tells the context that a call with this number will not come, so that it does not wait. */
  @SuppressWarnings("FutureReturnValueIgnored") // it fails when the context is gone
  private void skip(long number, Call<?> call) {
    boolean interrupted = Thread.interrupted();
    try {
      String why = call + " could not be sent";
      context.send(FAIL, false, owner, id, number, why);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Refuses further calls, with an {@link IllegalStateException}; those that were made still run.
   * Does not wait for them. Closing it again does nothing.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // it fails when the context is gone
  @Override
  public void close() {
    long end;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      end = next;
    }
    if (end > 0) {
      context.send(CLOSE, false, owner, id, end);
    }
    router.credits().forget(new ConversationId(context.id(), id, 0));
  }

  @Override
  public String toString() {
    return "chain in " + context;
  }
}
