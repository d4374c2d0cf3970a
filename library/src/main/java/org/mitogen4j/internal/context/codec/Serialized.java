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
import org.mitogen4j.internal.context.FunctionName;

/**
 * Java serialization, for what is sent to contexts below: any graph of objects, lambdas among them.
 * The types of the API in it travel as they do elsewhere.
 */
final class Serialized {
  private Serialized() {}

  /**
   * An object's bytes.
   *
   * @param tried whether the result is null, rather than an exception, when something in it is not
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

  /** Notes which classes the reader is going to need. */
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

  /** Finds classes where the program's are. */
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
