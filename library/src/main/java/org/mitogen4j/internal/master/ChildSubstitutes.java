package org.mitogen4j.internal.master;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.parent.classes.ConstantPool;

/**
 * Classes and resources that children get in place of others. Jars of the program list them in
 * {@code META-INF/mitogen4j/in-children.properties}:
 *
 * <ul>
 *   <li>{@code logback.xml=for-children.xml}: children that look for the first resource find the
 *       second; an empty value means that they find none
 *   <li>{@code class\:a.b.C=d.e.F}: children get the second class under the name of the first
 * </ul>
 */
final class ChildSubstitutes {
  private static final String FILE = "META-INF/mitogen4j/in-children.properties";
  private static final String CLASS = "class:";
  private static final List<URL> NOWHERE = Collections.emptyList();

  private final List<ClassLoader> loaders;
  private final ClassPaths paths;

  /** The entries by class loader; each is asked once. */
  private final Map<ClassLoader, Properties> read = new ConcurrentHashMap<>();

  ChildSubstitutes(List<ClassLoader> loaders, ClassPaths paths) {
    this.loaders = loaders;
    this.paths = paths;
  }

  /**
   * The name of the resource that children get for a resource.
   *
   * @return the same name if there is no substitute; null if children get nothing
   */
  String resource(String name) {
    String other = name.equals(FILE) ? null : find(name);
    return other == null ? name : other.isEmpty() ? null : other;
  }

  /** The class that children get under the name of another; null if there is no substitute. */
  String classFor(String name) {
    for (ClassLoader loader : loaders) {
      if (!of(loader).isEmpty()) { // most programs have no substitutes
        return find(CLASS + name);
      }
    }
    return null;
  }

  /** Names, with slashes, of all classes and resources that children get a substitute for. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    for (ClassLoader loader : loaders) {
      for (String key : of(loader).stringPropertyNames()) {
        boolean isClass = key.startsWith(CLASS);
        names.add(isClass ? key.substring(CLASS.length()).replace('.', '/') + ".class" : key);
      }
    }
    return names;
  }

  private Properties of(ClassLoader loader) {
    Properties known = read.get(loader);
    return known == null ? read.computeIfAbsent(loader, this::read) : known;
  }

  private String find(String key) {
    for (ClassLoader loader : loaders) {
      String value = of(loader).getProperty(key);
      if (value != null) {
        return value.trim();
      }
    }
    return null;
  }

  private Properties read(ClassLoader loader) {
    Properties all = new Properties();
    ClassLoader asked = // one that does not open all of its jars, if possible
        paths.of(loader).hasNone(FILE) ? ClassPath.unlisted(loader) : loader;
    try {
      for (URL url : asked == null ? NOWHERE : Collections.list(asked.getResources(FILE))) {
        try (InputStream in = url.openStream()) {
          Properties of = new Properties();
          of.load(in);
          for (String key : of.stringPropertyNames()) {
            all.putIfAbsent(key, of.getProperty(key)); // the first on the class path counts
          }
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new IllegalStateException(FILE + " can't be read: " + e, e);
    }
    return all;
  }

  /** Renames a class in its class file: in all constants that are its name or contain its type. */
  static byte[] rename(byte[] classFile, String from, String to) throws IOException {
    String old = from.replace('.', '/');
    String now = to.replace('.', '/');
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(in.readLong()); // magic and version
    int count = in.readUnsignedShort();
    out.writeShort(count);
    for (int i = 1; i < count; ) {
      int tag = in.readUnsignedByte();
      i += ConstantPool.positions(tag);
      out.writeByte(tag);
      if (tag == ConstantPool.TEXT) {
        String text = in.readUTF();
        out.writeUTF(text.equals(old) ? now : text.replace("L" + old + ";", "L" + now + ";"));
      } else {
        byte[] rest = new byte[ConstantPool.size(tag)];
        in.readFully(rest);
        out.write(rest);
      }
    }
    byte[] rest = new byte[in.available()];
    in.readFully(rest);
    out.write(rest);
    return bytes.toByteArray();
  }
}
