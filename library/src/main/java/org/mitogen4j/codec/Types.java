package org.mitogen4j.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mitogen4j.context.Needs;
import org.mitogen4j.context.TypeCodec;
import org.mitogen4j.kernel.Decoder;
import org.mitogen4j.kernel.Encoder;
import org.mitogen4j.kernel.MessageRouter;

/** The codec of all types that the kernel does not know itself. */
public final class Types implements TypeCodec {
  private static final int LIST = Encoder.EXTENDED;
  private static final int MAP = Encoder.EXTENDED + 1;
  private static final int SERIALIZED = Encoder.EXTENDED + 2;

  private final MessageRouter router;

  public Types(MessageRouter router) {
    this.router = router;
  }

  @Override
  public void write(Encoder to, Object value) {
    if (to.types == null) {
      to.types = new Needs();
    }
    if (value instanceof List) {
      to.u8(LIST);
      to.all(((List<?>) value).toArray());
    } else if (value instanceof Map) {
      to.u8(MAP);
      Map<?, ?> map = (Map<?, ?>) value;
      to.varint(map.size());
      for (Map.Entry<?, ?> e : map.entrySet()) {
        to.value(e.getKey());
        to.value(e.getValue());
      }
    } else if (to.trusted && value instanceof Serializable) {
      to.u8(SERIALIZED);
      to.bytes(serialize(value, (Needs) to.types));
    } else {
      throw new IllegalArgumentException("a value of type " + value.getClass().getName());
    }
  }

  private static byte[] serialize(Object value, Needs needs) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new Serializer(bytes, needs)) {
      out.writeObject(value);
    } catch (NotSerializableException e) {
      throw new IllegalArgumentException(e.getMessage() + " is not serializable", e);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return bytes.toByteArray();
  }

  @Override
  public Object read(Decoder from, int tag) {
    switch (tag) {
      case LIST:
        return new ArrayList<>(Arrays.asList(from.all()));
      case MAP:
        int n = from.count();
        Map<Object, Object> map = new LinkedHashMap<>();
        while (n-- > 0) {
          Object key = from.value();
          map.put(key, from.value());
        }
        return map;
      case SERIALIZED:
        if (from.trusted) {
          return deserialize(from.bytes());
        }
        throw new IllegalArgumentException("Java serialization from a context that is no parent");
      default:
        throw new IllegalArgumentException("a value of an unknown kind, " + tag);
    }
  }

  private Object deserialize(byte[] bytes) {
    InputStream in = new ByteArrayInputStream(bytes);
    try (ObjectInputStream objects = new Objects(in)) {
      return objects.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalArgumentException(router.name + " can't read an argument: " + e, e);
    }
  }

  /** Notes which classes the reader is going to need. */
  private static final class Serializer extends ObjectOutputStream {
    private final Needs needs;

    Serializer(OutputStream out, Needs needs) throws IOException {
      super(out);
      this.needs = needs;
      enableReplaceObject(true);
    }

    @Override
    protected void annotateClass(Class<?> type) {
      needs.object(type);
    }

    @Override
    protected Object replaceObject(Object object) {
      if (object instanceof SerializedLambda) {
        SerializedLambda lambda = (SerializedLambda) object;
        needs.function(
            lambda.getImplClass().replace('/', '.')
                + "#"
                + lambda.getImplMethodName()
                + lambda.getImplMethodSignature());
        needs.function(lambda.getCapturingClass().replace('/', '.') + "#$deserializeLambda$");
        needs.function(lambda.getFunctionalInterfaceClass().replace('/', '.') + "#");
      }
      return object;
    }
  }

  /** Finds classes where the program's are. */
  private static final class Objects extends ObjectInputStream {
    Objects(InputStream in) throws IOException {
      super(in);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass type)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(type.getName(), false, Types.class.getClassLoader());
      } catch (ClassNotFoundException primitive) {
        return super.resolveClass(type);
      }
    }
  }
}
