package org.mitogen4j;

import java.util.Arrays;
import org.mitogen4j.internal.context.codec.DeclaredType;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * An item of a receiver that is not decoded yet, or a failure in place of an item. Immutable.
 *
 * <p>If the receiver was sent to another context, the item is passed on there in this format: the
 * id (varint) and name (text) of the context that it comes from, a byte that says what follows, and
 * then: for 0 the id of the context in whose name it was sent (varint) and the item's bytes as they
 * came; for 1 the kind and text of an {@link EndReason}; for 2 an array that describes the
 * exception of a call; for 3 the text of any other failure.
 */
final class ReceivedItem {
  private static final int ITEM = 0;
  private static final int DISCONNECTED = 1;
  private static final int CALL_FAILED = 2;
  private static final int FAILED = 3;

  /** The context that it comes from. */
  final Context context;

  /** Null for a failure. */
  final Message item;

  /** Null for an item. */
  final RuntimeException failure;

  ReceivedItem(Context context, Message item) {
    this(context, item, null);
  }

  ReceivedItem(Context context, RuntimeException failure) {
    this(context, null, failure);
  }

  private ReceivedItem(Context context, Message item, RuntimeException failure) {
    this.context = context;
    this.item = item;
    this.failure = failure;
  }

  /**
   * Decodes the item.
   *
   * @param type the type that it must have; null for any
   * @throws RuntimeException the failure, or a {@link MitogenException} when it can't be read
   */
  <T> T value(Class<T> type) {
    if (failure != null) {
      throw failure;
    }
    try {
      return decode(type);
    } catch (RuntimeException e) {
      throw unreadable(context, e);
    }
  }

  /** The item, or the failure in its place. */
  <T> Reply<T> reply(Class<T> type) {
    try {
      return Reply.of(context, value(type));
    } catch (RuntimeException e) {
      return Reply.failed(context, e);
    }
  }

  @SuppressWarnings("unchecked") // as Receiver documents
  private <T> T decode(Class<T> type) {
    Decoder d = new Decoder(context.router().core(), item);
    d.expected = type;
    Object value = d.value();
    return (T) (type == null ? value : DeclaredType.fit(type, value, d));
  }

  /** The failure in place of an item that can't be decoded. */
  static MitogenException unreadable(Context context, RuntimeException e) {
    return new MitogenException("can't read an item from " + context + ": " + e.getMessage(), e);
  }

  void write(Encoder to) {
    to.varint(context.id());
    to.text(context.name());
    if (failure instanceof CallException) {
      to.u8(CALL_FAILED);
      to.value(((CallException) failure).described());
    } else if (failure != null) {
      EndReason reason =
          failure instanceof DisconnectedException
              ? ((DisconnectedException) failure).reason()
              : null;
      if (reason == null) {
        to.u8(FAILED);
        to.text(String.valueOf(failure.getMessage()));
      } else {
        to.u8(DISCONNECTED);
        to.u8(reason.kind().number());
        to.text(reason.text());
      }
    } else {
      to.u8(ITEM);
      to.varint(item.auth);
      for (byte[] piece : item.pieces) {
        to.raw(piece, 0, piece.length);
      }
    }
  }

  /**
   * Reads an item that a context has passed on. A parent is believed when it says which context an
   * item comes from. From any other context only its own items and those of contexts below it are
   * believed; other items count as its own. So no item gets more trust by being passed on.
   *
   * @throws RuntimeException when the bytes are wrong
   */
  static ReceivedItem read(Router router, Message m) {
    MessageRouter core = router.core();
    Decoder d = new Decoder(core, m);
    long number = d.varint();
    String name = Printable.line(d.text());
    if (number < 0 || number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a context with the number " + number);
    }
    int id = (int) number;
    boolean parent = core.isParent(m.auth);
    boolean own = id == m.src || router.runtime().routing.isBelow(id, m.src);
    Context context = parent || own ? router.context(id, name) : router.context(m.src);
    int kind = d.u8();
    switch (kind) {
      case ITEM:
        int auth = (int) d.varint();
        byte[][] pieces = behind(m.pieces, m.size - d.left());
        return new ReceivedItem(
            context, new Message(m.from, id, parent ? auth : m.auth, m.handle, 0, 0, pieces));
      case DISCONNECTED:
        EndCause cause = new EndCause(d.u8(), d.text());
        return new ReceivedItem(context, DisconnectedException.of(context, cause));
      case CALL_FAILED:
        StackTraceElement[] nobody = {};
        return new ReceivedItem(context, CallException.of(context.name(), d.value(), nobody));
      case FAILED:
        return new ReceivedItem(context, new MitogenException(Printable.line(d.text())));
      default:
        throw new IllegalArgumentException("what is passed on is of an unknown kind, " + kind);
    }
  }

  /** All bytes behind the first ones; arrays without any of these are not copied. */
  private static byte[][] behind(byte[][] pieces, int first) {
    byte[][] rest = pieces.clone();
    int left = first;
    for (int i = 0; left > 0; i++) {
      int n = Math.min(left, rest[i].length);
      rest[i] = Arrays.copyOfRange(rest[i], n, rest[i].length);
      left -= n;
    }
    return rest;
  }
}
