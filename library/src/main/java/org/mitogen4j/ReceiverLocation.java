package org.mitogen4j;

import java.lang.reflect.Array;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Message;

/**
 * Where the items of a receiver come from and where they are taken: here, or in the context that it
 * was sent to. The receiver has moved when a message with it is sent, or when the other side asks
 * for the items, whichever is first. Writing it into a message does not move it, since that message
 * may not be sent.
 */
final class ReceiverLocation {
  private final Receiver<?> receiver;

  /** Where the items come from; null in the context that opened the receiver. */
  private final RemoteReceiverSource origin;

  /**
   * Passes the items on; null while there is no reader elsewhere. Set under the receiver's items.
   */
  private volatile ReceiverRelay relay;

  /**
   * The context it was sent to; null while items are taken here. Set under the receiver's items.
   */
  private volatile Context sentTo;

  /**
   * @param origin null in the context that opened the receiver
   */
  ReceiverLocation(Receiver<?> receiver, RemoteReceiverSource origin) {
    this.receiver = receiver;
    this.origin = origin;
  }

  /** Whether the calling thread may take items. */
  boolean isHere() {
    return sentTo == null || (relay != null && relay.runsHere());
  }

  /** Whether items of senders that are made here reach the context that takes them. */
  boolean mayHaveSenders() {
    return sentTo == null || relay != null; // else its items do not pass through this context
  }

  IllegalStateException elsewhere() {
    return new IllegalStateException(
        "this receiver was sent to " + sentTo + ": take its items there");
  }

  // ---- what comes

  /** Asks the context that opened the receiver for its items, if it is another. Does not wait. */
  void open() {
    if (origin != null && sentTo == null) {
      origin.open();
    }
  }

  /** Whether the receiver came from another context, and its items were not asked for yet. */
  boolean isUnopened() {
    return origin != null && !origin.isOpened();
  }

  boolean isPassedOn(Message m) {
    return origin != null && origin.is(m.handle);
  }

  /** The item or failure in a message that was passed on; null for the end. */
  ReceivedItem item(Message m) {
    return origin.item(m);
  }

  /** An item or an end has come. Runs on any thread; does not wait. */
  void arrived() {
    ReceiverRelay further = relay;
    if (further != null) {
      further.arrived();
    }
  }

  /** The receiver has ended here. Does not wait. */
  void ended(String why) {
    if (origin != null && !origin.offered) {
      origin.close(why);
    }
    ReceiverRelay further = relay;
    if (further != null) {
      further.wake();
    }
  }

  /** The program has closed the receiver here, though it may have been sent on. */
  void closed(String why) {
    if (origin != null) {
      origin.close(why);
    }
  }

  // ---- sending it

  /**
   * Writes the address at which the reader asks for the items, their type and the policy.
   *
   * @throws IllegalArgumentException when the receiver was sent to another context before
   */
  void write(Encoder to) {
    Address address = receiver.address();
    ApiTypes.write(to, address.owner);
    to.i64(address.handle);
    to.value(receiver.type == null ? null : Array.newInstance(receiver.type, 0));
    receiver.policy.write(to);
  }

  /** The context and handle at which a reader asks for the items. */
  static final class Address {
    final Context owner;
    final long handle;

    Address(Context owner, long handle) {
      this.owner = owner;
      this.handle = handle;
    }
  }

  /** See {@link Receiver#address}, which alone calls it. */
  Address address(boolean hadSender) {
    assert Thread.holdsLock(receiver.items);
    if (sentTo != null) {
      throw new IllegalArgumentException(elsewhere().getMessage());
    } else if (isUnopened() && !hadSender) {
      origin.offered = true;
      return new Address(origin.owner, origin.asked); // so its items need not pass through here
    }
    if (relay == null) {
      relay = new ReceiverRelay(receiver);
    }
    return new Address(receiver.router.self(), relay.handle);
  }

  /** See {@link Receiver#move}, which alone calls it. */
  boolean move(Context there) {
    assert Thread.holdsLock(receiver.items);
    boolean moves = sentTo == null;
    sentTo = moves ? there : sentTo;
    return moves;
  }

  /**
   * A message with the receiver was sent, or its reader has asked: it is used there from now on.
   */
  void sentTo(Context there) {
    if (receiver.move(there) && relay != null) {
      relay.sentTo(there);
    }
  }

  /** A call takes the receiver to its context: when it fails, nothing more is taken there. */
  void sentWith(Call<?> call) {
    Context there = call.context();
    sentTo(there);
    call.whenEnded(
        (result, failure) -> {
          if (failure != null) {
            failed(there, Call.unchecked(failure));
          }
        });
  }

  private void failed(Context there, RuntimeException failure) {
    String why = "the call that took it to " + there + " failed: " + failure.getMessage();
    if (relay != null) {
      relay.failed(there, why);
    } else {
      origin.close(why);
    }
  }
}
