package org.mitogen4j.internal.master;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.mitogen4j.internal.context.Packing;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.parent.Parent;

/**
 * The library's own classes as its build prepared them for children: without debug information, and
 * packed as they are sent. Read at the first use and shared by all routers of the JVM.
 */
final class LibraryClasses {
  private static final byte[] IMAGE = file("kernel.image");
  private static final byte[] KERNEL = inflate(IMAGE);
  private static final Map<String, byte[]> PACKED = read();

  private LibraryClasses() {}

  /** The cache that a context begins with: the kernel image, and no other class. */
  static ClassCache kernel() {
    return new ClassCache(IMAGE, KERNEL);
  }

  static boolean has(String className) {
    return PACKED.containsKey(className);
  }

  /**
   * A packed class, as it is sent; null when the library has no class of that name. The array is
   * shared and must not be changed.
   */
  static byte[] packed(String className) {
    return PACKED.get(className);
  }

  /** A class file; null when the library has no class of that name. */
  static byte[] classFile(String className) {
    byte[] packed = PACKED.get(className);
    return packed == null ? null : Packing.unpack(packed, KERNEL);
  }

  /** The names of a bundle's classes, one on each line; null when there is no such bundle. */
  static byte[] list(String bundle) {
    return Parent.BUNDLES.contains(bundle) ? file(bundle + ".list") : null;
  }

  static byte[] firstStageJar(boolean console) {
    return file(console ? "console.jar.gz" : "first-stage.jar");
  }

  /**
   * Reads the file of the build: for each class its UTF name, the length of the packed class in
   * bytes, and the packed class.
   */
  private static Map<String, byte[]> read() {
    Map<String, byte[]> classes = new HashMap<>();
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(file("library.classes")))) {
      for (; ; ) {
        String name = in.readUTF();
        byte[] packed = new byte[in.readInt()];
        in.readFully(packed);
        classes.put(name, packed);
      }
    } catch (EOFException end) {
      return classes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] file(String name) {
    try (InputStream in = LibraryClasses.class.getResourceAsStream("/org/mitogen4j/" + name)) {
      if (in == null) {
        throw new IllegalStateException(
            "org/mitogen4j/" + name + " is missing: the library was not built by its own build");
      }
      return readAll(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] inflate(byte[] deflated) {
    try (InputStream in =
        new InflaterInputStream(new ByteArrayInputStream(deflated), new Inflater(true))) {
      return readAll(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] readAll(InputStream in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buf = new byte[8192];
    for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
      out.write(buf, 0, n);
    }
    return out.toByteArray();
  }
}
