package org.mitogen4j.boot;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * The one class in the first-stage jar: opens the descriptors that the first-stage script prepared,
 * reads the kernel image from the parent, and is the class loader of everything that runs in a
 * context. It knows no other class of the library by type: the kernel hands it a function that
 * finds the bytes of further classes.
 *
 * <p>Descriptors: 3 this jar, 5 and 6 the read ends of stdout and stderr, 7 from the parent, 8 to
 * the parent.
 */
public final class FirstStage extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  /** The inflated kernel image: what a child needs to start children of its own. */
  private final byte[] image;

  private final Map<String, byte[]> kernel = new HashMap<>();
  private Function<String, byte[]> forwarder;

  private FirstStage(ClassLoader parent, byte[] deflated) throws IOException {
    super(parent);
    InflaterInputStream inflater =
        new InflaterInputStream(new ByteArrayInputStream(deflated), new Inflater(true));
    byte[] raw = new byte[1 << 18];
    int n = 0;
    for (int k; (k = inflater.read(raw, n, raw.length - n)) > 0; ) {
      n += k;
    }
    image = java.util.Arrays.copyOf(raw, n);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(image));
    for (String name; !(name = in.readUTF()).isEmpty(); ) {
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      kernel.put(name, bytes);
    }
  }

  /** Started by the first-stage script: arguments are the token, the pid and the image's length. */
  public static void main(String[] args) throws Exception {
    InputStream in = new FileInputStream(descriptor(7));
    byte[] deflated = new byte[Integer.parseInt(args[2])];
    for (int n = 0, k; n < deflated.length; n += k) {
      if ((k = in.read(deflated, n, deflated.length - n)) < 0) {
        throw new EOFException("the parent closed the connection during the start");
      }
    }
    start(
            deflated,
            args,
            in,
            new FileOutputStream(descriptor(8)),
            new FileInputStream(descriptor(5)),
            new FileInputStream(descriptor(6)))
        .run();
  }

  /**
   * Makes a context out of an image and its streams. Nothing runs until the result is run; it
   * returns when the context has ended.
   *
   * @param stdout where the context's standard output can be read; null where it has none
   */
  public static Runnable start(
      byte[] deflated,
      String[] args,
      InputStream in,
      OutputStream out,
      InputStream stdout,
      InputStream stderr)
      throws Exception {
    FirstStage loader = new FirstStage(ClassLoader.getSystemClassLoader().getParent(), deflated);
    Runnable kernel =
        (Runnable)
            loader
                .loadClass("org.mitogen4j.kernel.Kernel")
                .getMethod(
                    "create",
                    byte[].class,
                    byte[].class,
                    String[].class,
                    InputStream.class,
                    OutputStream.class,
                    InputStream.class,
                    InputStream.class)
                .invoke(null, deflated, loader.image, args, in, out, stdout, stderr);
    loader.forwarder = finder(kernel);
    return kernel;
  }

  @SuppressWarnings("unchecked")
  private static Function<String, byte[]> finder(Object kernel) {
    return (Function<String, byte[]>) kernel;
  }

  private static FileDescriptor descriptor(int number) throws Exception {
    FileDescriptor descriptor = new FileDescriptor();
    Field fd = FileDescriptor.class.getDeclaredField("fd");
    fd.setAccessible(true);
    fd.setInt(descriptor, number);
    return descriptor;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = kernel.get(name);
    if (bytes == null && forwarder != null) {
      bytes = forwarder.apply(name);
    }
    if (bytes == null) {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }
}
