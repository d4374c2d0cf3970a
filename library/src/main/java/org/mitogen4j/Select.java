package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.context.threads.Clock;
import org.mitogen4j.internal.context.threads.ElasticPool;
import org.mitogen4j.internal.kernel.DeadException;

/**
 * Merges many sources: gives the results of calls, the items of receivers and the replies of other
 * selects in the order in which they come. A failure is a {@link Reply} like any other, so that one
 * failing context does not hide the replies of the others.
 *
 * <p>Iterating waits for the next reply, and ends when every call has answered and every receiver
 * has ended. Iterating can be stopped and continued later, also with {@link #poll}: each reply is
 * given once, and none is lost.
 *
 * <p>Closing a select cancels the calls that have not answered. Any thread may use it.
 *
 * @param <R> the values
 */
public final class Select<R extends @Nullable Object> implements Iterable<Reply<R>>, AutoCloseable {
  private final Object lock = new Object();

  /** Sources that may have a reply now. */
  @GuardedBy("lock")
  private final ArrayDeque<SelectSource<? extends R>> ready = new ArrayDeque<>();

  /** Sources from which a reply may still come. */
  @GuardedBy("lock")
  private final Set<SelectSource<? extends R>> open = new LinkedHashSet<>();

  /** The contexts in which calls are still to begin; null when there are none. */
  @GuardedBy("lock")
  private Iterator<? extends Context> unstarted;

  private final Function<? super Context, ? extends CompletionStage<? extends R>> begin;

  @GuardedBy("lock")
  private int most = Integer.MAX_VALUE;

  /** Calls of {@link #all} that have begun and not ended. */
  @GuardedBy("lock")
  private int underWay;

  /** Calls of {@link #all} that have ended and whose reply was not taken. */
  @GuardedBy("lock")
  private int unread;

  /** The end of {@link #limit}, as System.nanoTime. */
  @GuardedBy("lock")
  private long deadline;

  @GuardedBy("lock")
  private Duration limit;

  @GuardedBy("lock")
  private boolean timed;

  @GuardedBy("lock")
  private boolean expired;

  @GuardedBy("lock")
  private Clock.Alarm timer;

  /** The reply that {@code hasNext} has taken already. */
  @GuardedBy("lock")
  private Reply<R> ahead;

  /** Tells the select that this one was added to. */
  @GuardedBy("lock")
  private Runnable outer;

  /** The threads that begin calls: each may have to wait until its context has room. */
  @GuardedBy("lock")
  private ElasticPool starters;

  private Select(
      Iterator<? extends Context> unstarted,
      Function<? super Context, ? extends CompletionStage<? extends R>> begin) {
    this.unstarted = unstarted;
    this.begin = begin;
  }

  /**
   * Makes a select without sources; {@code add} adds some.
   *
   * @param <R> the values
   * @return a new select, to be closed where not all replies are taken
   */
  public static <R extends @Nullable Object> Select<R> create() {
    return new Select<>(null, null);
  }

  /**
   * Calls something in each of the contexts. The calls begin when the first reply is asked for.
   *
   * @param <R> the values
   * @param contexts gone through as calls begin, by any thread, one at a time
   * @param begin begins the call in one context; runs on one of the router's threads, and may run
   *     for several contexts at the same time. What it throws is the context's reply
   * @return a new select, to be closed where not all replies are taken
   */
  public static <R extends @Nullable Object> Select<R> all(
      Iterable<? extends Context> contexts,
      Function<? super Context, ? extends CompletionStage<? extends R>> begin) {
    return new Select<>(contexts.iterator(), begin);
  }

  /**
   * Bounds the number of calls under way of those that {@link #all} begins: further ones begin as
   * others end, and as their replies are taken. Without a bound all begin at once.
   *
   * @param calls 1 or more
   * @return this select, which is changed
   * @throws IllegalArgumentException for less than 1
   */
  public Select<R> atMost(int calls) {
    if (calls < 1) {
      throw new IllegalArgumentException("at most " + calls + " calls, must be 1 or more");
    }
    synchronized (lock) {
      most = calls;
    }
    return this;
  }

  /**
   * Bounds the time for all replies. When it is over, each call that has not answered is cancelled,
   * and its reply is a {@link CallTimeoutException}; so are the replies of calls that have not
   * begun. Items that receivers got until then are still given, and the receivers stay open. Then
   * the select ends. There is no bound by default.
   *
   * @param time counts from when this method is called
   * @return this select, which is changed
   * @throws IllegalArgumentException when it is not positive
   */
  public Select<R> within(Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException("a deadline in " + time + ", must be positive");
    }
    synchronized (lock) {
      limit = time;
      deadline = System.nanoTime() + Timeouts.of(time);
      timed = true;
    }
    return this;
  }

  /**
   * Adds a call, which gives one reply. Does not block.
   *
   * @param call may have ended already
   * @return this select
   */
  public Select<R> add(Call<? extends R> call) {
    SelectCall<R> pending = new SelectCall<>(call.context());
    pending.follow(call);
    synchronized (lock) {
      arm(call.context().router());
    }
    return add(pending);
  }

  /**
   * Adds a receiver, which gives each of its items. A receiver can be in one select at a time. Does
   * not block.
   *
   * @param receiver is to be read by this select only
   * @return this select
   * @throws IllegalStateException when it is in another, or was sent to another context
   */
  public Select<R> add(Receiver<? extends R> receiver) {
    return add(receiver.source());
  }

  /**
   * Adds the replies of another select, which must then be taken from this one only. Closing this
   * select closes the other. Does not block.
   *
   * @param select is to be read by this one only
   * @return this select
   */
  public Select<R> add(Select<? extends R> select) {
    return add(source(select));
  }

  private Select<R> add(SelectSource<? extends R> source) {
    synchronized (lock) {
      open.add(source);
    }
    source.listen(() -> tell(source));
    return this;
  }

  private static <Q> SelectSource<Q> source(Select<Q> select) {
    return new SelectSource<Q>() {
      @Override
      void listen(Runnable listener) {
        synchronized (select.lock) {
          select.outer = listener;
        }
        select.start();
        listener.run();
      }

      @Override
      Reply<Q> poll() {
        return select.take(0);
      }

      @Override
      boolean ended() {
        return select.isEmpty();
      }

      @Override
      void expire(String why) {
        select.expire(why);
      }

      @Override
      void close() {
        select.close();
      }
    };
  }

  /** A source may have a reply. */
  private void tell(SelectSource<? extends R> source) {
    Runnable told;
    synchronized (lock) {
      if (source.queued) {
        return;
      }
      source.queued = true;
      ready.add(source);
      lock.notifyAll();
      told = outer;
    }
    if (told != null) {
      told.run();
    }
  }

  /** Starts the timer for the deadline, if there is one: no thread may be waiting when it comes. */
  @GuardedBy("lock")
  private void arm(Router router) {
    if (timed && timer == null) {
      long left = Math.max(0, deadline - System.nanoTime());
      String time = limit.toString();
      Runnable late = () -> expire(time); // completes calls, and what depends on them
      try {
        timer = router.atTime(() -> router.timeouts.submit(-1, late), left);
      } catch (DeadException closed) {
        // calls of that router fail by themselves
      }
    }
  }

  // ---- beginning calls
  /** Begins calls while fewer than {@link #most} are under way, and not too many are unread. */
  private void start() {
    for (; ; ) {
      SelectCall<R> pending;
      ElasticPool by;
      synchronized (lock) {
        Context context;
        if (unstarted == null || underWay >= most || (long) underWay + unread >= 2L * most) {
          return;
        } else if (!unstarted.hasNext()) {
          none();
          return;
        }
        context = unstarted.next();
        pending = new SelectCall<>(context);
        underWay++;
        open.add(pending);
        arm(context.router());
        if (starters == null) {
          starters = context.router().threads();
        }
        by = starters;
      }
      pending.whenDone(this::done);
      pending.listen(() -> tell(pending));
      by.submit(() -> pending.start(begin));
    }
  }

  /** Begins no more calls. */
  @GuardedBy("lock")
  private void none() {
    unstarted = null;
    starters = null;
    lock.notifyAll();
  }

  private void done() {
    synchronized (lock) {
      underWay--;
      unread++;
    }
    start();
  }

  // ---- taking

  /** Whether all replies were taken and none will come any more. Does not block. */
  public boolean isEmpty() {
    synchronized (lock) {
      return ahead == null && open.isEmpty() && (unstarted == null || !unstarted.hasNext());
    }
  }

  /**
   * The next reply, after waiting for it.
   *
   * @param time how long to wait at most; zero or less for not at all
   * @return null when none comes in that time, or none will come at all, which {@link #isEmpty}
   *     tells
   * @throws MitogenException when the thread is interrupted, which it still is then
   */
  public @Nullable Reply<R> poll(Duration time) {
    return take(Timeouts.of(time));
  }

  /**
   * The next reply, after waiting for it, however long that takes.
   *
   * @return a value or a failure
   * @throws NoSuchElementException when none will come any more
   * @throws MitogenException when the thread is interrupted, which it still is then
   */
  public Reply<R> get() {
    Reply<R> reply = take(Long.MAX_VALUE);
    if (reply == null) {
      throw new NoSuchElementException("every call has answered, every receiver is closed");
    }
    return reply;
  }

  private Reply<R> take(long nanos) {
    start();
    long began = System.nanoTime();
    for (; ; ) {
      SelectSource<? extends R> source = null;
      boolean late = false;
      Duration time;
      synchronized (lock) {
        time = limit;
        if (ahead != null) {
          Reply<R> reply = ahead;
          ahead = null;
          return reply;
        }
        long now = System.nanoTime();
        long left = nanos == Long.MAX_VALUE ? nanos : nanos - (now - began);
        if (timed && !expired) {
          left = Math.min(left, deadline - now);
          late = deadline - now <= 0;
        }
        if (late) {
          expired = true;
        } else if (ready.isEmpty()) {
          if (open.isEmpty() && unstarted == null || left <= 0) {
            return null;
          }
          pause(left);
          continue;
        } else {
          source = ready.poll();
          source.queued = false;
        }
      }
      if (late) {
        expire(time.toString());
        continue;
      }
      Reply<R> reply = poll(source);
      if (reply != null) {
        return reply;
      }
    }
  }

  @GuardedBy("lock")
  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  private void pause(long nanos) {
    try {
      if (nanos == Long.MAX_VALUE) {
        lock.wait(); // until tell
      } else {
        TimeUnit.NANOSECONDS.timedWait(lock, nanos + 999_999);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MitogenException("interrupted while waiting for replies", e);
    }
  }

  private <Q extends R> Reply<R> poll(SelectSource<Q> source) {
    Reply<Q> reply = source.poll();
    boolean ended = source.ended();
    synchronized (lock) {
      if (ended) {
        open.remove(source);
        if (source instanceof SelectCall && ((SelectCall<?>) source).begunHere()) {
          unread--;
        }
        if (open.isEmpty() && unstarted == null && timer != null) {
          timer.cancel();
        }
        lock.notifyAll();
      }
    }
    if (reply == null) {
      return null;
    }
    if (ended) {
      start();
    } else {
      tell(source); // it may have more
    }
    return Reply.widen(reply);
  }

  /** The time is up. */
  private void expire(String why) {
    List<SelectSource<? extends R>> late;
    synchronized (lock) {
      expired = true;
      while (unstarted != null && unstarted.hasNext()) {
        SelectCall<R> never = new SelectCall<>(unstarted.next());
        never.listen(() -> tell(never));
        open.add(never);
      }
      none();
      late = new ArrayList<>(open);
    }
    for (SelectSource<? extends R> source : late) {
      source.expire(why);
    }
  }

  /** Waits for each next reply; ends when no more will come. */
  @Override
  public Iterator<Reply<R>> iterator() {
    return new Iterator<Reply<R>>() {
      @Override
      public boolean hasNext() {
        Reply<R> next = take(Long.MAX_VALUE);
        synchronized (lock) {
          ahead = next;
        }
        return next != null;
      }

      @Override
      public Reply<R> next() {
        return get();
      }
    };
  }

  /** The replies as a stream, which waits for each as iterating does. Closing it closes this. */
  public Stream<Reply<R>> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(
                iterator(), Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(this::close);
  }

  /** Cancels the calls that have not answered; receivers stay open. Does not wait. */
  @Override
  public void close() {
    List<SelectSource<? extends R>> rest;
    synchronized (lock) {
      none();
      if (timer != null) {
        timer.cancel();
      }
      rest = new ArrayList<>(open);
      open.clear();
      ready.clear();
      ahead = null;
      lock.notifyAll();
    }
    for (SelectSource<? extends R> source : rest) {
      source.close();
    }
  }
}
