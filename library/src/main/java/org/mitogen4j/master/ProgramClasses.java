package org.mitogen4j.master;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.mitogen4j.kernel.Classes;
import org.mitogen4j.parent.ClassSource;

/**
 * The classes of the running program: what its class loader finds, be it in folders, jars, or the
 * memory of {@code java Prog.java}. Only class names are looked up, never paths or URLs, and never
 * the JDK's own classes.
 */
public final class ProgramClasses implements ClassSource {
  private static final Pattern CLASS_NAME = Pattern.compile("[\\p{L}\\p{N}_$.\\-]{1,1000}");
  private static final int MAX_CLASS = 1 << 26;
  private static final byte[] NONE = {};

  private final Classes packer;
  private final ClassLoader loader;
  private final Map<String, byte[]> packed = new ConcurrentHashMap<>();

  ProgramClasses(Classes packer, ClassLoader loader) {
    this.packer = packer;
    this.loader = loader;
  }

  @Override
  public byte[] packed(String className) {
    byte[] bytes = packed.get(className);
    if (bytes == null) {
      byte[] classFile = find(className);
      bytes = classFile == null ? NONE : Packing.pack(classFile, packer.dictionary);
      packed.put(className, bytes);
    }
    return bytes.length == 0 ? null : bytes;
  }

  /** A class file of the program; null where there is none. */
  byte[] find(String className) {
    if (className.equals(JAR)) {
      return firstStageJar();
    } else if (className.startsWith(LIST)) {
      return library(className.substring(LIST.length()) + ".list");
    } else if (!CLASS_NAME.matcher(className).matches() || className.contains("..")) {
      return null;
    }
    URL url = loader.getResource(className.replace('.', '/') + ".class");
    if (url == null || url.getProtocol().equals("jrt")) {
      return null;
    }
    try (InputStream in = url.openStream()) {
      return read(in);
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public byte[] firstStageJar() {
    return library("first-stage.jar");
  }

  @Override
  public Iterable<String> bundle(String name) {
    String text = new String(library(name + ".list"), StandardCharsets.UTF_8);
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
