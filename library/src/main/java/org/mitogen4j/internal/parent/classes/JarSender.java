package org.mitogen4j.internal.parent.classes;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.TransferListener;

/**
 * Sends a direct child, over a fast link, all classes of the jars that its function uses, as the
 * jars have them: a master that has just started takes far longer to search and pack what is needed
 * of them.
 */
final class JarSender {
  /** The most bytes that are sent in the background for one function. */
  private static final long MAX_BYTES = 16 << 20;

  /** The most functions for which jars are sent in the background at a time. */
  private static final int MOST = 8;

  private final Parent parent;
  private final ContextRuntime context;

  /** The number of functions for which jars are being sent in the background. */
  private final AtomicInteger running = new AtomicInteger();

  JarSender(Parent parent) {
    this.parent = parent;
    context = parent.context;
  }

  /** Whether {@link #MOST} are going on: then children get no further jars, which take memory. */
  boolean isBusy() {
    return running.get() >= MOST;
  }

  /**
   * Sends all batches that are left, as long as the child runs the function. Other messages
   * overtake them.
   *
   * @param onEnd runs when all was sent, or no more is to be
   * @param onSlow runs in place of it if the link turns out to be slow
   */
  void sendInBackground(
      ContextRecord child, String function, ClassBatches jars, Runnable onEnd, Runnable onSlow) {
    running.incrementAndGet();
    new BackgroundPush(
            parent,
            child,
            function,
            () -> {
              ClassBatch batch = send(child, function, jars, Header.BULK);
              return batch == null ? BackgroundPush.NO_MORE : batch.bytes();
            })
        .limit(MAX_BYTES)
        .whileItRuns()
        .overFastLink(ended(onSlow))
        .onEnd(ended(onEnd))
        .start();
  }

  private Runnable ended(Runnable action) {
    return () -> {
      running.decrementAndGet();
      action.run();
    };
  }

  /**
   * Sends a direct child the next batch of classes of jars that a function uses.
   *
   * @param flags {@link Header#BULK} for what other messages overtake
   * @return what was sent; null if there is no more
   */
  ClassBatch send(ContextRecord child, String function, ClassBatches from, int flags) {
    String why = "in a jar that " + function + " uses";
    Link way = context.routing.way(child.id);
    SentClasses sentClasses = child.sentClasses();
    long begun = System.nanoTime();
    sentClasses.lock();
    try {
      ClassBatch batch = new ClassBatch(new Encoder(context.router, true));
      from.fill(batch, name -> !sentClasses.has(name));
      if (batch.isEmpty() || way == null) {
        return null;
      }
      sentClasses.noteInJars(batch.names()); // before they are sent: it may report them at once
      sentClasses.noteInJars(batch.large());
      Map<String, String> large = new LinkedHashMap<>();
      batch.large().forEach(name -> large.put(name, why));
      parent.sender.pusher.send(child, large, Long.MAX_VALUE, flags);
      if (batch.names().isEmpty()) {
        return batch;
      }
      Set<String> packages = new LinkedHashSet<>();
      int bytes = batch.bytes();
      for (String name : batch.names()) {
        if (packages.add(ResourceKey.packageOf(name))) {
          parent.sender.pusher.sendPackage(child, name);
        }
        parent.server.absences.exists(name);
      }
      context.router.send(child.id, Handle.BLOCK, 0, batch.message(), flags, false);
      sentClasses.sent.addAll(batch.names());
      sentClasses.reportable.addAll(batch.names());
      sentClasses.countBytes(batch.names().get(0), bytes);
      parent.classes.sending(batch, child, why);
      TransferListener listener = parent.transfers;
      if (listener != null) {
        listener.sent(child.id, batch.names().size(), bytes, begun);
      }
      return batch;
    } finally {
      sentClasses.unlock();
    }
  }
}
