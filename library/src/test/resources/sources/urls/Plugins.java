package urls;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** A class loader that defines Urls itself, of the file. Compiled and packed by tests. */
public class Plugins extends ClassLoader {
  Plugins() {
    super(Plugins.class.getClassLoader());
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith("urls.Urls") || findLoadedClass(name) != null) {
      return super.loadClass(name, resolve);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        file.write(b);
      }
    } catch (java.io.IOException e) {
      throw new ClassNotFoundException(name, e);
    }
    return defineClass(name, file.toByteArray(), 0, file.size());
  }

  /** Has that class set the factory, as soon as it can, and read a resource. */
  public static String set(String resource) throws Exception {
    Method set = new Plugins().loadClass("urls.Urls").getMethod("set", String.class);
    for (int i = 0; ; i++) {
      try {
        return (String) set.invoke(null, resource);
      } catch (InvocationTargetException e) {
        if (i == 5000) {
          throw e;
        }
        Thread.sleep(1);
      }
    }
  }
}
