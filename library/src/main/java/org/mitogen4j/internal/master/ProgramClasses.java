package org.mitogen4j.internal.master;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.classes.ClassSource;

/**
 * The classes of the running program: what its class loader finds, be it in folders, jars, or the
 * memory of {@code java Prog.java}; and what the class loaders of called functions find. Where two
 * loaders have classes of the same name, the one that came first counts. Only class names are
 * looked up, never paths or URLs, and never the JDK's own classes.
 */
public final class ProgramClasses implements ClassSource {
  /** What no class name has, or should not have when it becomes a part of a path. */
  private static final String FORBIDDEN = ";[/\\:%?#*<>|\"";

  private static final String[] BUNDLES = {"context", "codec", "parent", "api"};
  private static final int MAX_NAME = 1000;
  private static final int MAX_CLASS = 1 << 26;
  private static final int MAX_ABSENT = 10_000;
  private static final int MAX_LOADERS = 100;
  private static final byte[] MAGIC = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE};
  private static final Logger LOG = Logger.getLogger("mitogen.classes");

  private final ClassCache packer;
  private final List<ClassLoader> loaders = new CopyOnWriteArrayList<>();
  private final Map<String, byte[]> packed = new ConcurrentHashMap<>();

  /** The library's own, as its build prepared them: without debug information. */
  private final Map<String, byte[]> libraryClasses = libraryClasses();

  private final Set<String> absent = ConcurrentHashMap.newKeySet();

  public ProgramClasses(ClassCache packer, ClassLoader loader) {
    this.packer = packer;
    loaders.add(loader);
  }

  @Override
  public void add(ClassLoader loader) {
    if (!loaders.contains(loader) && loaders.size() < MAX_LOADERS) {
      loaders.add(loader);
      absent.clear();
    }
  }

  @Override
  public byte[] packed(String className) {
    byte[] bytes = packed.get(className);
    if (bytes == null && !absent.contains(className)) {
      byte[] classFile = classFile(className);
      if (classFile != null) {
        bytes = Packing.pack(classFile, packer.dictionary);
        packed.put(className, bytes);
      } else if (absent.size() < MAX_ABSENT) {
        absent.add(className);
      }
    }
    return bytes;
  }

  /** How many names are remembered that do not exist. */
  int absent() {
    return absent.size();
  }

  @Override
  public byte[] here(String className) {
    byte[] bytes = packed(className);
    return bytes == null ? Message.EMPTY : bytes;
  }

  @Override
  public void keep(String className, byte[] bytes) {
    throw new IllegalStateException("nobody is asked for classes of the program");
  }

  @Override
  public void sending(String className, ContextRecord to, String why) {
    if (LOG.isLoggable(Level.FINE)) {
      String id = String.valueOf(to.id);
      Log.log(LOG, Level.FINE, "class {0} to {1} ({2}): {3}", className, to.name, id, why);
    }
  }

  @Override
  public byte[] classFile(String className) {
    if (className.equals(JAR)) {
      return firstStageJar();
    } else if (className.startsWith(LIST)) {
      return list(className.substring(LIST.length()));
    } else if (!isClassName(className)) {
      return null;
    } else if (libraryClasses.containsKey(className)) {
      return libraryClasses.get(className);
    }
    String path = className.replace('.', '/') + ".class";
    ClassLoader jdk = ClassLoader.getSystemClassLoader().getParent();
    if (jdk != null && jdk.getResource(path) != null) {
      return null;
    }
    for (ClassLoader loader : loaders) {
      byte[] classFile = find(loader, path);
      if (classFile != null) {
        return classFile;
      }
    }
    return null;
  }

  private static byte[] find(ClassLoader loader, String path) {
    URL url = loader.getResource(path);
    if (url == null || url.getProtocol().equals("jrt")) {
      return null; // some of the JDK's classes come from the application's class loader
    }
    try (InputStream in = loader.getResourceAsStream(path)) {
      byte[] bytes = in == null ? Message.EMPTY : read(in);
      return bytes.length > MAGIC.length && Arrays.equals(Arrays.copyOf(bytes, MAGIC.length), MAGIC)
          ? bytes
          : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** Whether a name can be a class's, and can't be anything else when it becomes a path. */
  private static boolean isClassName(String name) {
    if (name.isEmpty()
        || name.length() > MAX_NAME
        || name.startsWith(".")
        || name.endsWith(".")
        || name.contains("..")
        || name.endsWith("module-info")) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) < ' ' || FORBIDDEN.indexOf(name.charAt(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, byte[]> libraryClasses() {
    Map<String, byte[]> classes = new HashMap<>();
    byte[] deflated = library("library.classes");
    try (DataInputStream in =
        new DataInputStream(
            new InflaterInputStream(new ByteArrayInputStream(deflated), new Inflater(true)))) {
      for (; ; ) {
        String name = in.readUTF();
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        classes.put(name, bytes);
      }
    } catch (EOFException end) {
      return classes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] list(String bundle) {
    for (String known : BUNDLES) {
      if (known.equals(bundle)) {
        return library(bundle + ".list");
      }
    }
    return null;
  }

  @Override
  public byte[] firstStageJar() {
    return library("first-stage.jar");
  }

  @Override
  public Iterable<String> bundle(String name) {
    String text = new String(list(name), StandardCharsets.UTF_8);
    return Arrays.asList(text.trim().split("\n"));
  }

  /** A resource that the library's build made. */
  static byte[] library(String name) {
    try (InputStream in = ProgramClasses.class.getResourceAsStream("/org/mitogen4j/" + name)) {
      if (in == null) {
        throw new IllegalStateException(
            "org/mitogen4j/" + name + " is missing: the library was not built by its own build");
      }
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] read(InputStream in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buf = new byte[8192];
    for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
      out.write(buf, 0, n);
      if (out.size() > MAX_CLASS) {
        throw new IOException("larger than " + MAX_CLASS + " bytes");
      }
    }
    return out.toByteArray();
  }
}
