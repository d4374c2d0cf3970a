package org.mitogen4j;

import java.util.Arrays;
import java.util.List;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.codec.ApiCodec;
import org.mitogen4j.internal.context.functions.RequiredClasses;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Writes and reads the values of the API's types, such as {@link Context} and {@link Sender}. The
 * codec makes one instance for each context, when it first meets such a type. A value that a child
 * sends is only an address or data: an address gives its reader no right that it would not have
 * without it.
 */
final class ApiTypes implements ApiCodec {
  private static final int CONTEXT = 2;
  private static final int SENDER = 3;
  private static final int BLOB = 4;
  private static final int CHANNEL = 5;
  private static final int RECEIVER = 6;

  /** Bytes of memory for a receiver, with its queue and its records of senders. */
  private static final int RECEIVER_MEMORY = 2048;

  /** The types, in the order of their numbers: the first is {@link #CONTEXT}. */
  private static final List<Class<?>> KINDS =
      Arrays.asList(Context.class, Sender.class, Blob.class, Channel.class, Receiver.class);

  private final MessageRouter router;

  /** The codec calls this by reflection: it knows the class by its name only. */
  ApiTypes(MessageRouter router) {
    this.router = router;
  }

  @Override
  public int kind(Class<?> type) {
    int i = KINDS.indexOf(type);
    return i >= 0 ? CONTEXT + i : type == Secret.class ? DOWN_ONLY : 0;
  }

  @Override
  public Class<?> find(String name) {
    for (Class<?> type : KINDS) {
      if (type.getName().equals(name)) {
        return type;
      }
    }
    return null;
  }

  @Override
  public void write(Encoder to, int kind, Object value) {
    switch (kind) {
      case CONTEXT:
        write(to, (Context) value);
        break;
      case SENDER:
        Sender<?> sender = (Sender<?>) value;
        write(to, sender.context());
        to.i64(sender.handle());
        pass(to, sender);
        break;
      case BLOB:
        ((Blob) value).write(to);
        break;
      case CHANNEL:
        ((Channel<?, ?>) value).write(to);
        break;
      case RECEIVER:
        ((Receiver<?>) value).location.write(to);
        pass(to, value);
        break;
      default:
        throw new AssertionError(kind);
    }
  }

  /** Notes that the message tells its receiver an address of this context. */
  private static void pass(Encoder to, Object address) {
    if (to.types instanceof RequiredClasses) {
      ((RequiredClasses) to.types).pass(address);
    }
  }

  static void write(Encoder to, Context context) {
    to.varint(context.id());
    to.text(context.name());
  }

  @Override
  public Object read(Decoder from, int kind) {
    switch (kind) {
      case FAILURE:
        return CallException.of(from.value());
      case CONTEXT:
        return context(from);
      case SENDER:
        Context receiver = context(from);
        return new Sender<>(receiver, handle(from));
      case BLOB:
        return Blob.read(from);
      case CHANNEL:
        return channel(from);
      case RECEIVER:
        return receiver(from, context(from));
      default:
        throw new IllegalArgumentException("a type of the API of an unknown kind, " + kind);
    }
  }

  private Context context(Decoder from) {
    long id = from.varint();
    String name = Printable.line(from.text());
    if (id < 0 || id > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a context with the number " + id);
    }
    return Router.of(ContextRuntime.of(router)).context((int) id, name);
  }

  /**
   * Reads the handle of a sender or receiver. Only secret handles are accepted: a message that is
   * sent to a handle of the library might be taken for an order of this context.
   */
  private static long handle(Decoder from) {
    long handle = from.i64();
    if (!Router.isSecret(handle)) {
      throw new IllegalArgumentException("a sender to the handle " + handle + ", which has none");
    }
    return handle;
  }

  private Channel<Object, Object> channel(Decoder from) {
    Router here = Router.of(ContextRuntime.of(router));
    Sender<Object> out = sender(from);
    return new Channel<>(here, out, sender(from));
  }

  @SuppressWarnings("unchecked") // what it sends is checked where it arrives
  private static <T> Sender<T> sender(Decoder from) {
    Object end = from.value();
    if (!(end instanceof Sender)) {
      throw new IllegalArgumentException(
          "a channel has a Sender at each end, but " + AnswerShape.typeOf(end) + " came");
    }
    return (Sender<T>) end;
  }

  private static Receiver<?> receiver(Decoder from, Context owner) {
    long handle = handle(from);
    from.takeMemory(RECEIVER_MEMORY);
    Object none = from.value();
    Class<?> type = none == null ? null : none.getClass().getComponentType();
    return owner.router().receiver(type, Policy.read(from), owner, handle);
  }
}
