package looks;

import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.Collections;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.mitogen4j.Context;

/** Reads the class files of a package, and loads them then, as component scanners do. */
public class Finder {
  public static class FirstPart {}

  public static class SecondPart {}

  public static class ThirdPart {}

  public static class FourthPart {}

  public static Object callIn(Context context) throws Exception {
    return context.call(Finder::parts);
  }

  /** The names of classes with a name that ends with "Part", whose files are read before. */
  static String parts() throws Exception {
    URL folder = Finder.class.getClassLoader().getResource("looks/");
    JarFile jar = ((JarURLConnection) folder.openConnection()).getJarFile();
    TreeSet<String> names = new TreeSet<>();
    byte[] buf = new byte[1000];
    for (JarEntry entry : Collections.list(jar.entries())) {
      String name = entry.getName();
      if (name.endsWith("Part.class")) {
        try (InputStream in = jar.getInputStream(entry)) {
          for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
            // only read
          }
        }
        names.add(name.substring(0, name.length() - ".class".length()).replace('/', '.'));
      }
    }
    StringBuilder loaded = new StringBuilder();
    for (String name : names) {
      loaded.append(Class.forName(name).getSimpleName()).append(' ');
    }
    return loaded.toString();
  }
}
