package org.mitogen4j.internal.parent.classes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.LogRecordEncoder;
import org.mitogen4j.internal.context.OutputForwarder;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/**
 * Logs the classes and resources that a context between sends to contexts below it. The lines are
 * records of the logger {@link #LOGGER} in the master, at FINE; where that has another level
 * nothing is sent to the master. Thread safe; a thread that adds a line does not wait.
 */
final class ServedLog extends Handler {
  /** A logger below the master's own for classes, which takes no records of contexts. */
  private static final String LOGGER = "org.mitogen4j.classes.below";

  /** How long the first lines wait for the master's levels, in milliseconds. */
  private static final long AWAIT_MILLIS = 2000;

  /** Lines that wait to be sent; further ones are left out. */
  private static final int MAX_WAITING = 1000;

  private final ContextRuntime context;
  private final CountDownLatch known = new CountDownLatch(1);

  /** Whether the master logs such lines. */
  private volatile boolean isOn;

  @GuardedBy("lines")
  private final ArrayDeque<String> lines = new ArrayDeque<>();

  @GuardedBy("lines")
  private boolean isSending;

  ServedLog(ContextRuntime context) {
    this.context = context;
    peer = PARENTS;
  }

  /**
   * Adds a line.
   *
   * @param to the context that is sent something
   * @param why the reason
   */
  void sending(String name, ContextRecord to, String why, Packed packed) {
    if (known.getCount() == 0 && !isOn) {
      return;
    }
    int together = packed.classes.size();
    String line =
        (ResourceKey.isResource(name) ? "resource " : "class ")
            + Printable.line(name)
            + " to "
            + to.name
            + " ("
            + to.id
            + "): "
            + why
            + " ["
            + packed.bytes.length
            + " bytes"
            + (together == 1 ? "" : " for " + together + " classes")
            + ", by "
            + context.router.name
            + "]";
    boolean begins;
    synchronized (lines) {
      if (lines.size() < MAX_WAITING) {
        lines.add(line);
      }
      begins = !isSending;
      isSending = true;
    }
    if (begins) {
      Parent.of(context).due.submit(this::send);
    }
  }

  private void send() {
    try {
      if (known.getCount() > 0) {
        long handle = context.router.open(this);
        Encoder nothing = new Encoder(context.router, true);
        context.router.send(context.master(), Handle.LOG_LEVELS, handle, nothing, 0, true);
        if (!known.await(AWAIT_MILLIS, TimeUnit.MILLISECONDS)) {
          context.router.handlers.remove(handle); // the next line asks again
        }
      }
      for (String line = next(); line != null; line = next()) {
        if (isOn) {
          OutputForwarder.sendAnyway(context, record(line));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (DeadException detached) {
      // nobody reads what is logged
    }
  }

  private String next() {
    synchronized (lines) {
      String line = lines.poll();
      isSending = line != null;
      return line;
    }
  }

  private Encoder record(String line) {
    return LogRecordEncoder.encode(
        context,
        Level.FINE.intValue(),
        System.currentTimeMillis(),
        0,
        LOGGER,
        line,
        Thread.currentThread().getName(),
        null,
        null,
        null);
  }

  /** The levels of the master's loggers. On a reading thread. */
  @Override
  public void receive(Message m) {
    if (m.dead()) {
      return;
    }
    Decoder d = new Decoder(context.router, m);
    d.varint(); // the time there
    Map<String, Long> levels = new HashMap<>();
    for (int n = d.count(); n > 0; n--) {
      levels.put(d.text(), d.zigzag());
    }
    Long level = null;
    for (String name = LOGGER; level == null; ) {
      level = levels.get(name);
      if (name.isEmpty()) {
        break;
      }
      name = name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }
    isOn = level != null && level <= Level.FINE.intValue();
    known.countDown();
  }
}
