package org.mitogen4j;

import java.time.Duration;
import org.mitogen4j.internal.context.ReceiveQueue;

/** A receiver as one of the sources of a select. */
final class ReceiverSource<T> extends SelectSource<T> {
  private final Receiver<T> receiver;
  private final ReceiveQueue items;
  private boolean expired; // guarded by items

  ReceiverSource(Receiver<T> receiver) {
    this.receiver = receiver;
    items = receiver.items;
  }

  @Override
  void listen(Runnable told) {
    synchronized (items) {
      if (receiver.listener != null) {
        throw new IllegalStateException("the receiver is in a select already");
      }
      receiver.listener = told;
    }
    receiver.whereabouts.open();
    told.run();
  }

  @Override
  Reply<T> poll() {
    return receiver.poll(Duration.ZERO);
  }

  @Override
  boolean ended() {
    synchronized (items) {
      return items.isEmpty() && (expired || receiver.over());
    }
  }

  @Override
  void expire(String why) {
    Runnable told;
    synchronized (items) {
      expired = true;
      told = receiver.listener;
    }
    told.run();
  }

  @Override
  void close() {
    synchronized (items) {
      receiver.listener = null;
    }
  }
}
