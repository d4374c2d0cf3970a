package org.mitogen4j.internal.boot;

import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.net.URL;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.function.BiFunction;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The one class in the first-stage jar, where its name is Mitogen4j. It opens the descriptors that
 * the first-stage script prepared, reads the kernel image from the parent, and is the class loader
 * of all classes that run in a context. It refers to no other class of the library: the kernel
 * gives it a function that finds further classes, and resources.
 *
 * <p>Descriptors: 3 this jar, 5 the read end of stdout, 7 from the parent, 8 to the parent.
 */
public final class FirstStage extends ClassLoader implements BiFunction<Object, Object, Object> {
  static {
    registerAsParallelCapable();
  }

  /** The inflated kernel image; a context also needs it to start children of its own. */
  private final byte[] image;

  /** The positions in the image's three parts: pool and classes, code, stack maps. */
  private final int[] at = new int[3];

  /** The class file that is being put together, and its length so far. */
  private final byte[] file = new byte[1 << 16];

  private int end;

  /**
   * Finds classes and resources by two names. A class's name and null give an array of its bytes
   * and its protection domain, or null in place of the latter. Null and a resource's name give its
   * URL, a resource's name twice all its URLs.
   */
  private BiFunction<Object, Object, Object> forwarder;

  private FirstStage(ClassLoader parent, byte[] deflated) throws DataFormatException {
    super(parent);
    Inflater inflater = new Inflater(true);
    inflater.setInput(deflated);
    byte[] room = new byte[1 << 18];
    image = Arrays.copyOf(room, inflater.inflate(room));
  }

  /**
   * Started by the first-stage script. The arguments are the token, the pid, the image's length in
   * bytes, and the paths of the descriptors 7, 8 and 5 where these can be opened by paths. One
   * further argument says that the script has set LC_ALL.
   */
  public static void main(String[] args) throws Exception {
    boolean open = args.length > 4;
    InputStream in = open ? new FileInputStream(args[3]) : new FileInputStream(descriptor(7));
    OutputStream out = open ? new FileOutputStream(args[4]) : new FileOutputStream(descriptor(8));
    InputStream stdout = open ? new FileInputStream(args[5]) : new FileInputStream(descriptor(5));
    byte[] deflated = new byte[Integer.parseInt(args[2])];
    new DataInputStream(in).readFully(deflated);
    start(deflated, args, in, out, stdout).run();
  }

  /**
   * Makes a context of an image and its streams. Nothing runs until the result is run, which
   * returns when the context has ended.
   *
   * @param deflated the kernel image
   * @param args the arguments of {@link #main}, those of the descriptors may be missing
   * @param in the stream from the parent
   * @param out the stream to the parent
   * @param stdout the stream from which the context's standard output is read; null where the
   *     context shares its process with others
   * @return runs the context
   */
  public static Runnable start(
      byte[] deflated, String[] args, InputStream in, OutputStream out, InputStream stdout)
      throws Exception {
    FirstStage loader = new FirstStage(ClassLoader.getSystemClassLoader().getParent(), deflated);
    Object kernel =
        loader
            .define()
            .getConstructors()[0]
            .newInstance(deflated, loader.image, args, in, out, stdout);
    @SuppressWarnings("unchecked")
    BiFunction<Object, Object, Object> forwarder = (BiFunction<Object, Object, Object>) kernel;
    loader.forwarder = forwarder;
    return (Runnable) kernel;
  }

  /**
   * Defines all classes of the image, and returns the last. KernelImage, in the packer, documents
   * the format: a class file is the constant pool, which is the same for all, and what follows it.
   */
  private Class<?> define() {
    at[1] = u2();
    at[2] = u2();
    copy(0, 10);
    for (int width; (width = image[at[0]++]) > 0; ) {
      int size = width * u2();
      for (int column = 0; column < width; column++) {
        byte b = 0;
        for (int i = column; i < size; i += width) {
          file[end + i] = b += image[at[0]++];
        }
      }
      end += size;
    }
    for (int texts = u2(); texts > 0; texts--) {
      file[end] = 1;
      int text = end += 3;
      while ((file[end] = image[at[0]++]) != 0) {
        end++;
      }
      file[text - 1] = (byte) (end - text);
    }
    Class<?> kernel = null;
    int pool = end;
    for (int classes = u2(); classes > 0; classes--) {
      end = pool;
      copy(0, 2 * copy(0, 8)); // the interfaces
      for (int fields = copy(0, 2); fields > 0; fields--) {
        copy(0, 8 * copy(0, 8)); // the value of a constant
      }
      for (int methods = copy(0, 2); methods > 0; methods--) {
        if (copy(0, 8) > 0) { // it is not abstract
          copy(1, copy(0, 14));
          copy(0, 8 * copy(0, 2)); // what it catches
          if (copy(0, 2) > 0) {
            copy(2, copy(0, 6));
          }
        }
      }
      copy(0, 2);
      kernel = defineClass(null, file, 0, end, null);
    }
    return kernel;
  }

  /** Copies from a part of the image to the class file, and returns its last two bytes. */
  private int copy(int part, int bytes) {
    System.arraycopy(image, at[part], file, end, bytes);
    at[part] += bytes;
    end += bytes;
    return (file[end - 2] & 255) << 8 | file[end - 1] & 255;
  }

  /** Reads the next two bytes, which are a number and no part of a class file. */
  private int u2() {
    return (image[at[0]++] & 255) << 8 | image[at[0]++] & 255;
  }

  /**
   * Makes the object for a descriptor that the process has; no public method does that. Unsafe
   * costs a JVM 5 ms, an option or a manifest that opens java.io 20 to 40 ms (JDK 17 and 25).
   */
  static FileDescriptor descriptor(int number) throws Exception {
    FileDescriptor descriptor = new FileDescriptor();
    Field fd = FileDescriptor.class.getDeclaredField("fd");
    try {
      Field only = Unsafe.class.getDeclaredField("theUnsafe");
      only.setAccessible(true);
      Unsafe unsafe = (Unsafe) only.get(null);
      unsafe.putInt(descriptor, unsafe.objectFieldOffset(fd), number);
    } catch (Throwable none) { // no module jdk.unsupported, or the program denies its use
      fd.setAccessible(true); // works if the parent's "opening" script runs this JVM
      fd.setInt(descriptor, number);
    }
    return descriptor;
  }

  @Override
  protected Class<?> findClass(String name) {
    Object[] found = (Object[]) forwarder.apply(name, null); // throws where there is none
    byte[] bytes = (byte[]) found[0];
    return defineClass(name, bytes, 0, bytes.length, (ProtectionDomain) found[1]);
  }

  @Override
  protected URL findResource(String name) {
    return (URL) forwarder.apply(null, name);
  }

  @Override
  @SuppressWarnings("unchecked")
  protected Enumeration<URL> findResources(String name) {
    return (Enumeration<URL>) forwarder.apply(name, name);
  }

  /**
   * Defines a package; a method handle for the protected method would take the JVM 5 ms.
   *
   * @param texts the name, and the six texts of a manifest
   * @param sealBase the URL of the jar to which the package is restricted, or null
   */
  @Override
  public Object apply(Object texts, Object sealBase) {
    String[] t = (String[]) texts;
    return definePackage(t[0], t[1], t[2], t[3], t[4], t[5], t[6], (URL) sealBase);
  }
}
