package org.mitogen4j.internal.context.chain;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.ConversationId;
import org.mitogen4j.internal.context.functions.CallCancellation;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Runs the calls of each chain one after another in the order of their numbers, whatever order they
 * arrive in, and none after one that failed. A call that waits for its turn holds no thread.
 */
public final class ChainServer {
  private static final String PART = "chains";

  private final ContextRuntime context;

  @GuardedBy("this")
  private final Map<ConversationId, Chain> chains = new HashMap<>();

  private ChainServer(ContextRuntime context) {
    this.context = context;
  }

  private static ChainServer current() {
    ContextRuntime context =
        ContextRuntime.of(((MessageRouter.Worker) Thread.currentThread()).router);
    return context.part(PART, ChainServer.class, () -> new ChainServer(context));
  }

  /**
   * Runs a function in its turn.
   *
   * @param function the function's name, as in the message of a call
   * @param args its arguments
   * @param owner the id of the context that calls
   * @param chain the owner's number of the chain
   * @param number the number of the call in the chain, from 0 on
   * @param cost the bytes of credit that the owner has taken for the call
   * @return a CompletionStage of the result
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the caller awaits a result that is a future
  public static Object call(
      String function, Object[] args, int owner, long chain, long number, long cost) {
    ChainServer all = current();
    Turn turn = new Turn(all.chain(owner, chain), function, args, number, cost);
    turn.chain.add(turn);
    return turn;
  }

  /** A call could not be sent: those behind it are not to run. */
  public static void fail(int owner, long chain, long number, String why) {
    ChainServer all = current();
    Turn turn = new Turn(all.chain(owner, chain), why, null, number, 0);
    turn.chain.add(turn);
  }

  /** No call has this number or a higher one. */
  public static void close(int owner, long chain, long number) {
    ChainServer all = current();
    Chain closing;
    synchronized (all) {
      closing = all.chains.get(new ConversationId(owner, chain, 0));
    }
    if (closing != null) {
      closing.close(number);
    } else if (number > 0) {
      all.chain(owner, chain).close(number); // its calls are still to come
    }
  }

  private synchronized Chain chain(int owner, long number) {
    ConversationId key = new ConversationId(owner, number, 0);
    Chain chain = chains.get(key);
    if (chain == null) {
      chains.put(key, chain = new Chain(this, key, owner));
    }
    return chain;
  }

  private synchronized void remove(ConversationId key) {
    chains.remove(key);
  }

  /** One chain; a handler, so that it is told when its owner has ended. */
  static final class Chain extends Handler implements Runnable {
    private final ChainServer all;
    private final ConversationId key;
    private final long handle;

    @GuardedBy("this")
    private final Map<Long, Turn> waiting = new HashMap<>();

    @GuardedBy("this")
    private long next;

    @GuardedBy("this")
    private long end = Long.MAX_VALUE;

    @GuardedBy("this")
    private long owed;

    @GuardedBy("this")
    private Throwable failure;

    Chain(ChainServer all, ConversationId key, int owner) {
      this.all = all;
      this.key = key;
      peer = owner;
      handle = all.context.router.open(this);
    }

    @Override
    public boolean accepts(MessageRouter router, Message m) {
      return false; // only the message that the owner has ended
    }

    /** The owner is gone. */
    @Override
    public void receive(Message message) {
      all.context.workers.submit(this);
    }

    @Override
    public void run() {
      List<Turn> rest;
      synchronized (this) {
        failure = new IllegalStateException("the context that called is gone");
        rest = new ArrayList<>(waiting.values());
        waiting.clear();
        end = 0;
      }
      forget();
      for (Turn turn : rest) {
        turn.run();
      }
    }

    void add(Turn turn) {
      synchronized (this) {
        if (turn.number != next && end != 0) {
          waiting.put(turn.number, turn);
          return;
        }
      }
      turn.run();
    }

    /** Why the turn that is about to run must not; null when it may. */
    synchronized Throwable failure() {
      return failure;
    }

    void done(Turn turn, Throwable thrown) {
      Turn following;
      boolean last;
      long give = 0;
      synchronized (this) {
        if (failure == null) {
          failure = thrown;
        }
        following = waiting.remove(++next);
        last = next >= end;
        owed += turn.cost;
        if (owed >= GIVE) {
          give = owed;
          owed = 0;
        }
      }
      if (give > 0) {
        all.context.credits.give(key, give);
      }
      if (following != null) {
        all.context.workers.submit(following);
      }
      if (last) {
        forget();
      }
    }

    void close(long number) {
      boolean last;
      synchronized (this) {
        end = number;
        last = next >= end;
      }
      if (last) {
        forget();
      }
    }

    private void forget() {
      all.context.router.handlers.remove(handle);
      all.remove(key);
    }
  }

  /** Bytes of credit that are collected before they are given back to a chain's owner. */
  static final long GIVE = 1 << 16;

  /** A call of a chain. */
  static final class Turn extends java.util.concurrent.CompletableFuture<Object>
      implements Runnable,
          CallCancellation.Cancellable,
          java.util.function.BiConsumer<Object, Throwable> {
    final Chain chain;
    final long number;
    final long cost;
    private final String function;
    private final Object[] args;

    @GuardedBy("this")
    private Thread thread;

    @GuardedBy("this")
    private boolean cancelled;

    /**
     * @param function the function's name; the reason if the call could not be sent
     * @param args its arguments; null if the call could not be sent
     */
    Turn(Chain chain, String function, Object[] args, long number, long cost) {
      this.chain = chain;
      this.function = function;
      this.args = args;
      this.number = number;
      this.cost = cost;
    }

    @Override
    public synchronized void cancel() {
      cancelled = true;
      if (thread != null) {
        thread.interrupt();
      }
    }

    @Override
    public synchronized boolean isOn(Thread current) {
      return thread == current;
    }

    private synchronized void on(Thread now) throws InterruptedException {
      thread = now;
      if (now == null) {
        Thread.interrupted(); // clears an interrupt that was meant for this call, and came too late
      } else if (cancelled) {
        throw new InterruptedException("cancelled before it began");
      }
    }

    @Override
    public void run() {
      Throwable before = chain.failure();
      if (before != null || args == null) {
        accept(null, before == null ? new IllegalStateException(function) : before);
        return;
      }
      try {
        Object result;
        try {
          on(Thread.currentThread());
          result = chain.all.context.router.calls.invoke(function, args);
        } finally {
          on(null);
        }
        if (result instanceof CompletionStage) {
          ((CompletionStage<?>) result).whenComplete(this);
        } else {
          accept(result, null);
        }
      } catch (InvocationTargetException e) {
        accept(null, e.getCause());
      } catch (Throwable e) {
        accept(null, e);
      }
    }

    @Override
    public void accept(Object result, Throwable thrown) {
      chain.done(this, thrown);
      if (thrown == null) {
        complete(result);
      } else {
        completeExceptionally(thrown);
      }
    }
  }
}
