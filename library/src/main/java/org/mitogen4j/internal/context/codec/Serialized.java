package org.mitogen4j.internal.context.codec;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import org.mitogen4j.internal.context.functions.FunctionName;

/**
 * Java serialization of object graphs, also with lambdas, for contexts below. Values of the API's
 * types in a graph are written by {@link ApiCodec}.
 */
final class Serialized {
  private Serialized() {}

  /**
   * Serializes an object.
   *
   * @param tried whether to return null, rather than to throw, when something in it is not
   *     serializable
   */
  static byte[] write(TypeWriter writer, Object value, boolean tried) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new Output(writer, bytes)) {
      out.writeObject(value);
    } catch (IOException e) {
      if (tried) {
        return null;
      }
      throw new IllegalArgumentException(
          "a value of type "
              + value.getClass().getName()
              + " can't be sent: "
              + (e instanceof java.io.NotSerializableException
                  ? e.getMessage() + " in it is not Serializable"
                  : e.toString()),
          e);
    }
    return bytes.toByteArray();
  }

  static Object read(ExtendedCodec types, byte[] bytes) {
    try (ObjectInputStream in = new Input(types, new ByteArrayInputStream(bytes))) {
      return in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalArgumentException(types.name() + " can't read an object: " + e, e);
    }
  }

  /** Stands for a value of the API in a graph. */
  private static final class StandIn implements Serializable {
    private static final long serialVersionUID = 1;

    private final byte[] bytes;

    StandIn(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  /** Writes a graph, and notes the classes that its reader needs. */
  private static final class Output extends ObjectOutputStream {
    private final TypeWriter writer;

    Output(TypeWriter writer, OutputStream out) throws IOException {
      super(out);
      this.writer = writer;
      enableReplaceObject(true);
    }

    @Override
    protected void annotateClass(Class<?> type) {
      writer.object(type);
    }

    @Override
    protected Object replaceObject(Object object) {
      if (object instanceof SerializedLambda) {
        SerializedLambda lambda = (SerializedLambda) object;
        writer.function(FunctionName.of(lambda));
        writer.function(function(lambda.getCapturingClass(), "$deserializeLambda$"));
        writer.function(function(lambda.getFunctionalInterfaceClass(), ""));
        return object;
      }
      byte[] bytes = writer.types.writeApi(object, writer);
      return bytes == null ? object : new StandIn(bytes);
    }

    private static FunctionName function(String internalName, String method) {
      return new FunctionName(internalName.replace('/', '.'), method, "");
    }
  }

  /** Reads a graph; classes are found by the context's class loader. */
  private static final class Input extends ObjectInputStream {
    private final ExtendedCodec types;

    Input(ExtendedCodec types, InputStream in) throws IOException {
      super(in);
      this.types = types;
      enableResolveObject(true);
    }

    @Override
    protected Class<?> resolveClass(ObjectStreamClass type)
        throws IOException, ClassNotFoundException {
      try {
        return Class.forName(type.getName(), false, ExtendedCodec.class.getClassLoader());
      } catch (ClassNotFoundException notOurs) {
        return type.getName().equals("java.util.CollSer")
            ? CollSer.class
            : super.resolveClass(type); // a primitive
      }
    }

    @Override
    protected Object resolveObject(Object object) {
      return object instanceof StandIn ? types.readApi(((StandIn) object).bytes) : object;
    }
  }
}
