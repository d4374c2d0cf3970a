package org.mitogen4j;

import java.time.Duration;

/** A receiver as one of the sources of a select. */
final class ReceiverSource<T> extends SelectSource<T> {
  private final Receiver<T> receiver;
  private volatile boolean expired;

  ReceiverSource(Receiver<T> receiver) {
    this.receiver = receiver;
  }

  @Override
  void listen(Runnable told) {
    receiver.tell(told);
    receiver.location.open();
    told.run();
  }

  @Override
  Reply<T> poll() {
    return receiver.poll(Duration.ZERO);
  }

  @Override
  boolean ended() {
    return expired ? receiver.items.isEmpty() : receiver.isEnded();
  }

  @Override
  void expire(String why) {
    expired = true;
    Runnable told = receiver.listener;
    if (told != null) { // else the select was closed meanwhile
      told.run();
    }
  }

  @Override
  void close() {
    receiver.tell(null);
  }
}
