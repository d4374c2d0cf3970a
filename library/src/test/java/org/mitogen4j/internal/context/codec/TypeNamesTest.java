package org.mitogen4j.internal.context.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A class loader keeps each name that it was ever asked for, and in a context asks the parent for
 * it: the names of types in what a child sends never get there.
 */
@Timeout(60)
class TypeNamesTest {
  /** Loads all of the library and this test anew, and notes what it is asked for. */
  private static final class Recording extends URLClassLoader {
    final Set<String> asked = ConcurrentHashMap.newKeySet();

    Recording() throws MalformedURLException {
      super(urls(), ClassLoader.getPlatformClassLoader());
    }

    private static URL[] urls() throws MalformedURLException {
      List<URL> urls = new ArrayList<>();
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
        urls.add(new File(entry).toURI().toURL());
      }
      return urls.toArray(new URL[0]);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      asked.add(name);
      return super.loadClass(name, resolve);
    }

    @Override
    public URL getResource(String name) {
      asked.add(name);
      return super.getResource(name);
    }
  }

  private static byte[] message(int tag, int dimensions, String name, char kind) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (dimensions > 0) {
      out.write(dimensions);
      out.write(0);
    }
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    for (int n = utf8.length; ; n >>>= 7) {
      out.write(n > 127 ? n & 127 | 128 : n);
      if (n <= 127) {
        break;
      }
    }
    out.write(utf8, 0, utf8.length);
    out.write(kind);
    out.write(0);
    return out.toByteArray();
  }

  @Test
  void namesThatAChildMakesUpReachNoClassLoader() throws Exception {
    try (Recording loader = new Recording()) {
      Class<?> type = loader.loadClass(Wire.class.getName());
      Constructor<?> make = type.getDeclaredConstructor();
      Method read = type.getDeclaredMethod("read", byte[].class);
      Method close = type.getDeclaredMethod("close");
      for (var member : List.of(make, read, close)) {
        member.setAccessible(true);
      }
      Object wire = make.newInstance();
      assertThat(loader.asked).contains("org.mitogen4j.internal.context.codec.Wire");
      for (String name :
          List.of(
              "org.mitogen4j.MadeUp",
              "org.mitogen4j." + "x".repeat(5000),
              "org.mitogen4j.internal.kernel.MadeUp",
              "org.mitogen4j.connect.MadeUp",
              "java.util.MadeUp",
              "com.example.MadeUp",
              "MadeUp",
              "[Lorg.mitogen4j.MadeUp;")) {
        for (char kind : "ECRP".toCharArray()) {
          refused(read, wire, message(ExtendedCodec.OBJECT_0, 0, name, kind));
          refused(read, wire, message(ExtendedCodec.ARRAY_OF, 1, name, kind));
        }
      }
      close.invoke(wire);
      assertThat(loader.asked).noneMatch(n -> n.contains("MadeUp") || n.contains("xxx"));
    }
  }

  private static void refused(Method read, Object wire, byte[] bytes) {
    assertThatThrownBy(() -> read.invoke(wire, bytes))
        .isInstanceOf(InvocationTargetException.class)
        .cause()
        .hasMessageContaining("router.allowTypes(");
  }
}
