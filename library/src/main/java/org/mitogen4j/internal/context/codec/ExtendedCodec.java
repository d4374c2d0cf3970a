package org.mitogen4j.internal.context.codec;

import java.lang.reflect.Constructor;
import java.util.BitSet;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.FragmentedSend;
import org.mitogen4j.internal.context.TypeCodec;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.functions.RequiredClasses;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * The codec of all types that the kernel does not know, with their tags. Any thread may use it: its
 * state is kept with the message.
 *
 * <p>A value that can't be written, and malformed bytes, are an {@link IllegalArgumentException}.
 */
public final class ExtendedCodec implements TypeCodec {
  /** For {@link TypeInfo}: the kernel's codec writes the value. */
  static final int KERNELS = 0;

  static final int BYTE = Encoder.EXTENDED;
  static final int SHORT = 10;
  static final int CHAR = 11;
  static final int FLOAT = 12;

  /** A string that is not well-formed UTF-16. */
  static final int CHARACTERS = 13;

  static final int BIG_INTEGER = 14;
  static final int BIG_DECIMAL = 15;
  static final int UUID = 16;
  static final int DATE = 17;
  static final int OPTIONAL = 18;

  static final int BOOLEANS = 19;
  static final int SHORTS = 20;
  static final int CHARS = 21;
  static final int INTS = 22;
  static final int LONGS = 23;
  static final int FLOATS = 24;
  static final int DOUBLES = 25;
  static final int ARRAY_OF = 26;

  static final int LIST = 27;
  static final int SET = 28;
  static final int MAP = 29;

  static final int INSTANT = 30;
  static final int DURATION = 31;
  static final int LOCAL_DATE = 32;
  static final int LOCAL_TIME = 33;
  static final int LOCAL_DATE_TIME = 34;
  static final int OFFSET_TIME = 35;
  static final int OFFSET_DATE_TIME = 36;
  static final int ZONED_DATE_TIME = 37;
  static final int ZONE = 38;
  static final int PERIOD = 39;
  static final int YEAR = 40;
  static final int YEAR_MONTH = 41;
  static final int MONTH_DAY = 42;

  static final int BIT_SET = 43;

  /** The least bytes of memory for a value of these types, beyond those for any value. */
  private static final int MEMORY = 64;

  /** A type of the API: a byte says which, {@link ApiCodec} what follows. */
  static final int API = 48;

  /** Java serialization; read from parents only. */
  static final int SERIALIZED = 49;

  /** An enum, record or plain object whose type's number follows as a varint. */
  static final int OBJECT = 50;

  /** A list of objects of one type, whose tag is written once. */
  static final int LIST_OF = 51;

  /** The first of the tags that stand for the number of a type: tag minus this is the number. */
  static final int OBJECT_0 = 64;

  private static final String API_PACKAGE = ResourceKey.LIBRARY;

  private final MessageRouter router;
  private final TypeAllowlist allowed;
  private volatile ApiCodec api;

  public ExtendedCodec(MessageRouter router) {
    this.router = router;
    allowed = TypeAllowlist.of(router);
  }

  /** The codec of the API's types, which this package does not depend on. */
  ApiCodec api() {
    if (api == null) {
      api = makeApi();
    }
    return api;
  }

  private ApiCodec makeApi() {
    try {
      Constructor<?> constructor =
          Class.forName(API_PACKAGE + "ApiTypes").getDeclaredConstructor(MessageRouter.class);
      constructor.setAccessible(true); // the class is not public, so that users do not see it
      return (ApiCodec) constructor.newInstance(router);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The name of this context, for error messages. */
  String name() {
    return router.name;
  }

  /** The largest message of this context's router, in bytes. */
  int messageLimit() {
    return ContextRuntime.of(router).limit;
  }

  @Override
  public void write(Encoder to, Object value) {
    if (value instanceof String && Scalars.isWellFormed((String) value)) {
      to.u8(Encoder.STRING);
      to.text((String) value); // the kernel reads it
      return;
    }
    TypeWriter writer = TypeWriter.of(this, to);
    TypeInfo info = TypeInfo.of(value.getClass());
    switch (info.tag) {
      case ARRAY_OF:
        Containers.writeArray(writer, (Object[]) value);
        break;
      case LIST:
      case SET:
      case MAP:
        Containers.write(writer, info, value);
        break;
      case OBJECT:
        writer.write(info, value);
        break;
      default:
        to.u8(info.tag);
        if (info.tag == BIT_SET) {
          to.bytes(((BitSet) value).toByteArray());
        } else if (info.tag >= INSTANT) {
          Times.write(to, info.tag, value);
        } else if (info.tag >= BOOLEANS) {
          PrimitiveArrays.write(to, info.tag, value);
        } else {
          Scalars.write(to, info.tag, value);
        }
    }
  }

  @Override
  public Object read(Decoder from, int tag) {
    try {
      return read(TypeReader.of(this, from), from, tag);
    } catch (IllegalArgumentException | DeadException e) {
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      // a date out of range, a constructor or a key's hashCode that fails
      throw new IllegalArgumentException("can't read a value: " + e, e);
    }
  }

  private Object read(TypeReader reader, Decoder from, int tag) {
    from.takeMemory(MEMORY);
    switch (tag) {
      case ARRAY_OF:
        return Containers.readArray(reader);
      case LIST:
        return Containers.readList(from);
      case SET:
        return Containers.readSet(reader);
      case MAP:
        return Containers.readMap(reader);
      case API:
        return api().read(from, from.u8());
      case SERIALIZED:
        if (!from.trusted) {
          throw new IllegalArgumentException(
              "Java serialization from a context that is not a parent");
        }
        return Serialized.read(this, from.bytes());
      case OBJECT:
        return reader.read(from.varint());
      case LIST_OF:
        return reader.list();
      default:
        if (tag >= OBJECT_0) {
          return reader.read(tag - OBJECT_0);
        } else if (tag > BIT_SET) {
          throw new IllegalArgumentException("a value of an unknown kind, " + tag);
        } else if (tag == BIT_SET) {
          return BitSet.valueOf(from.bytes());
        } else if (tag >= INSTANT) {
          return Times.read(from, tag);
        } else if (tag >= BOOLEANS) {
          return PrimitiveArrays.read(from, tag);
        }
        return Scalars.read(from, tag);
    }
  }

  /** As {@link ApiCodec#kind}. */
  int apiKind(Class<?> type) {
    return isApi(type.getName()) ? api().kind(type) : 0;
  }

  private static boolean isApi(String name) {
    return name.startsWith(API_PACKAGE) && name.indexOf('.', API_PACKAGE.length()) < 0;
  }

  /**
   * Writes a value of an API type as bytes of its own, for use in a serialized graph.
   *
   * @param needs notes the classes that its reader needs
   * @return null for any other value
   */
  byte[] writeApi(Object value, RequiredClasses needs) {
    if (apiKind(value.getClass()) <= 0) {
      return null;
    }
    Encoder e = new Encoder(router, true);
    e.value(value);
    needs.add(e);
    return FragmentedSend.join(e);
  }

  Object readApi(byte[] bytes) {
    return new Decoder(router, new Message(null, router.id, router.id, 0, 0, 0, bytes)).value();
  }

  /**
   * The class of a name in a message, if its objects may be built here. Only names that parents
   * sent are given to a class loader, which would keep each name for ever and ask the parent for
   * it. Other names are looked up among the allowed classes.
   */
  Class<?> find(Decoder from, String name) {
    Class<?> type = TypeAllowlist.always(name);
    if (type == null && from.trusted) {
      try {
        return Class.forName(name, false, ExtendedCodec.class.getClassLoader());
      } catch (ClassNotFoundException e) {
        throw new IllegalArgumentException(
            name() + " has no class " + Printable.line(name, TypeAllowlist.MAX_NAME), e);
      }
    }
    if (type == null && isApi(name)) {
      type = api().find(name);
    }
    return type == null ? allowed.find(name, from.expected) : type;
  }
}
