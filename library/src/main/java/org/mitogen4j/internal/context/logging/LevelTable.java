package org.mitogen4j.internal.context.logging;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;

/**
 * The levels that are set in the master, by the names of loggers. The master sends them ahead of a
 * call that logs, when it is asked, and whenever they change. They come on a reading thread, which
 * must not touch a logger.
 */
final class LevelTable extends Handler {
  /** Milliseconds for which the first record waits for the levels; then INFO counts for all. */
  private static final long AWAIT_MILLIS = 2000;

  private final ContextRuntime context;
  private final CountDownLatch first = new CountDownLatch(1);
  private volatile Map<String, Integer> levels =
      Collections.singletonMap("", Level.INFO.intValue());
  private volatile long asked;
  private volatile long difference;
  private volatile Runnable changed;

  LevelTable(ContextRuntime context) {
    this.context = context;
    peer = PARENTS;
  }

  /**
   * Asks the master, and waits for its answer if it has not sent the levels ahead. These hold until
   * the answer comes, and the clocks count as equal until then.
   */
  void ask() {
    byte[] ahead = context.router.classes.kept(ResourceKey.LEVELS);
    if (ahead != null) {
      take(new Decoder(null, new Message(null, 0, 0, 0, 0, 0, ahead)));
    }
    asked = System.currentTimeMillis();
    try {
      long handle = context.router.open(this);
      Encoder nothing = new Encoder(context.router, true);
      context.router.send(context.master(), Handle.LOG_LEVELS, handle, nothing, 0, true);
      if (ahead == null && !first.await(AWAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        asked = 0; // a late answer can't be used to compare the clocks
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (DeadException detached) {
      // then no records are sent
    }
  }

  /** Sets what is run, on a thread of its own, when the levels have changed. */
  void whenChanged(Runnable listener) {
    changed = listener;
  }

  @Override
  public void receive(Message m) {
    if (m.dead()) {
      return;
    }
    long onWay = asked == 0 ? 0 : (System.currentTimeMillis() - asked) / 2;
    long ahead = take(new Decoder(context.router, m));
    if (first.getCount() > 0 && asked != 0) {
      difference = ahead - onWay;
    }
    first.countDown();
    Runnable listener = changed;
    if (listener != null) {
      context.threads.execute(listener);
    }
  }

  /**
   * Takes the levels; returns how far the clock here is ahead of the master's when it sent them.
   */
  @CanIgnoreReturnValue
  private long take(Decoder d) {
    final long ahead = System.currentTimeMillis() - d.varint();
    Map<String, Integer> table = new HashMap<>();
    for (int n = d.count(); n > 0; n--) {
      table.put(d.text(), (int) d.zigzag());
    }
    levels = table;
    return ahead;
  }

  Map<String, Integer> levels() {
    return levels;
  }

  /** How far the clock here is ahead of the master's, in milliseconds. */
  long clockDifference() {
    return difference;
  }
}
