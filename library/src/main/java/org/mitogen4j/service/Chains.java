package org.mitogen4j.service;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.mitogen4j.context.Cancels;
import org.mitogen4j.context.FullContext;
import org.mitogen4j.context.Key;
import org.mitogen4j.kernel.Handler;
import org.mitogen4j.kernel.Message;
import org.mitogen4j.kernel.MessageRouter;

/**
 * Runs the calls of each chain one after another, whatever order they arrive in, and none after one
 * that failed. A call that is not yet its turn keeps no thread.
 */
public final class Chains {
  private static final String PART = "chains";

  private final FullContext context;
  private final Map<Key, Chain> chains = new HashMap<>(); // guarded by this

  private Chains(FullContext context) {
    this.context = context;
  }

  private static Chains current() {
    FullContext context = FullContext.of(((MessageRouter.Worker) Thread.currentThread()).router);
    synchronized (context.parts) {
      Chains chains = (Chains) context.parts.get(PART);
      if (chains == null) {
        chains = new Chains(context);
        context.parts.put(PART, chains);
      }
      return chains;
    }
  }

  /**
   * Runs a function in its turn.
   *
   * @param function as in a call
   * @param owner the context that calls
   * @param chain the owner's number of the chain
   * @param number that of the call, from 0 on
   * @param cost what the owner has taken off its credit
   * @return a CompletionStage
   */
  public static Object call(
      String function, Object[] args, int owner, long chain, long number, long cost) {
    Chains all = current();
    Turn turn = new Turn(all.chain(owner, chain), function, args, number, cost);
    turn.chain.add(turn);
    return turn;
  }

  /** A call could not be sent: those behind it are not to run. */
  public static void fail(int owner, long chain, long number, String why) {
    Chains all = current();
    Turn turn = new Turn(all.chain(owner, chain), why, null, number, 0);
    turn.chain.add(turn);
  }

  /** No call has this number or a higher one. */
  public static void close(int owner, long chain, long number) {
    Chains all = current();
    Chain closing;
    synchronized (all) {
      closing = all.chains.get(new Key(owner, chain, 0));
    }
    if (closing != null) {
      closing.close(number);
    } else if (number > 0) {
      all.chain(owner, chain).close(number); // its calls are still to come
    }
  }

  private synchronized Chain chain(int owner, long number) {
    Key key = new Key(owner, number, 0);
    Chain chain = chains.get(key);
    if (chain == null) {
      chains.put(key, chain = new Chain(this, key, owner));
    }
    return chain;
  }

  private synchronized void remove(Key key) {
    chains.remove(key);
  }

  /** One chain; a handler, so that it hears of its owner's death. */
  static final class Chain extends Handler implements Runnable {
    private final Chains all;
    private final Key key;
    private final long handle;

    // guarded by this

    private final Map<Long, Turn> waiting = new HashMap<>();
    private long next;
    private long end = Long.MAX_VALUE;
    private long owed;
    private Throwable failure;

    Chain(Chains all, Key key, int owner) {
      this.all = all;
      this.key = key;
      peer = owner;
      handle = all.context.router.open(this);
    }

    @Override
    protected boolean accepts(MessageRouter router, Message m) {
      return false; // only deaths
    }

    /** The owner is gone. */
    @Override
    protected void receive(Message message) {
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

  /** What a chain's owner is told at once that it may send on. */
  static final long GIVE = 1 << 16;

  /** A call of a chain. */
  static final class Turn extends java.util.concurrent.CompletableFuture<Object>
      implements Runnable, Cancels.Cancellable, java.util.function.BiConsumer<Object, Throwable> {
    final Chain chain;
    final long number;
    final long cost;
    private final String function;
    private final Object[] args;

    // guarded by this

    private Thread thread;
    private boolean cancelled;

    /**
     * @param args null when the function is none, but why it was not sent
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
        Thread.interrupted(); // what came too late
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
