package looks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.mitogen4j.Context;

/** Looks for resources in every way that the JDK has. Compiled and packed by tests. */
public class Looks {
  /** Calls one of the functions in a context. */
  public static Object call(Context in, String function, String argument) throws Exception {
    switch (function) {
      case "text": return in.call(Looks::text, argument);
      case "url": return in.call(Looks::url, argument);
      case "all": return in.call(Looks::all, argument);
      case "word": return in.call(Looks::word, argument);
      case "services": return in.call(Looks::services);
      case "version": return in.call(Looks::version);
      case "place": return in.call(Looks::place);
      case "scan": return in.call(Looks::scan, argument);
      case "again": return in.call(Looks::again, argument);
      case "variant": return in.call(Looks::variant);
      case "count": return in.call(Looks::count, argument);
      case "available": return in.call(Looks::available, argument);
      case "modified": return in.call(Looks::modified, argument);
      case "jar": return in.call(Looks::jar);
      case "content": return in.call(Looks::content, argument);
      default: throw new IllegalArgumentException(function);
    }
  }

  static String text(String name) throws IOException {
    try (InputStream in = Looks.class.getClassLoader().getResourceAsStream(name)) {
      return in == null ? null : read(in);
    }
  }

  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buf = new byte[1000];
    for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
      out.write(buf, 0, n);
    }
    return new String(out.toByteArray(), StandardCharsets.UTF_8);
  }

  static boolean content(String name) throws IOException {
    return Looks.class.getClassLoader().getResource(name).getContent() instanceof InputStream;
  }

  static String url(String name) {
    return String.valueOf(Looks.class.getResource(name));
  }

  static List<String> all(String name) throws IOException {
    List<String> texts = new ArrayList<>();
    for (URL url : Collections.list(Thread.currentThread().getContextClassLoader().getResources(name))) {
      try (InputStream in = url.openStream()) {
        texts.add(read(in).trim());
      }
    }
    return texts;
  }

  static String word(String language) {
    return ResourceBundle.getBundle("looks.words", Locale.forLanguageTag(language)).getString("hello");
  }

  static List<String> services() throws Exception {
    List<String> names = new ArrayList<>();
    for (Callable<?> each : ServiceLoader.load(Callable.class)) {
      names.add(each.getClass().getSimpleName() + " " + each.call());
    }
    return names;
  }

  public static class Provider implements Callable<String> {
    @Override
    public String call() {
      return "provided";
    }
  }

  static String version() {
    Package own = Looks.class.getPackage();
    return own.getImplementationTitle() + " " + own.getImplementationVersion();
  }

  static String place() throws IOException {
    URL place = Looks.class.getProtectionDomain().getCodeSource().getLocation();
    try (InputStream in = place.openStream()) {
      return place + " " + (char) in.read() + (char) in.read();
    }
  }

  /** As libraries look through packages for classes. */
  static List<String> scan(String folder) throws IOException {
    TreeSet<String> found = new TreeSet<>();
    for (URL url : Collections.list(Looks.class.getClassLoader().getResources(folder))) {
      JarURLConnection connection = (JarURLConnection) url.openConnection();
      JarFile jar = connection.getJarFile();
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (entry.getName().startsWith(connection.getEntryName()) && entry.getName().endsWith(".class")) {
          try (InputStream in = jar.getInputStream(entry)) {
            found.add(entry.getName() + " " + Integer.toHexString(in.read()));
          }
        }
      }
    }
    return new ArrayList<>(found);
  }

  /** As libraries make URLs of texts, and of other URLs. */
  static String again(String name) throws Exception {
    URL url = Looks.class.getClassLoader().getResource(name);
    URL anew = new URL(url.toString());
    URL relative = new URL(url, url.getPath().substring(url.getPath().lastIndexOf('/') + 1));
    try (InputStream in = anew.openStream(); InputStream too = relative.openStream();
        InputStream third = url.toURI().toURL().openStream()) {
      return read(in) + read(too) + read(third);
    }
  }

  static String variant() throws IOException {
    return Variant.name() + " " + text("looks/variant.txt").trim();
  }

  /** The bytes of a resource, and a sum of them. */
  static String count(String name) throws IOException {
    long n = 0;
    long sum = 0;
    byte[] buf = new byte[100_000];
    try (InputStream in = Looks.class.getClassLoader().getResourceAsStream(name)) {
      for (int read = in.read(buf); read >= 0; read = in.read(buf)) {
        for (int i = 0; i < read; i++) {
          sum = sum * 31 + buf[i];
        }
        n += read;
      }
    }
    return n + " " + sum;
  }

  /** When a resource was modified, as its URL tells. */
  static long modified(String name) throws IOException {
    return Looks.class.getClassLoader().getResource(name).openConnection().getLastModified();
  }

  /** The bytes of a resource, read as long as some are available. */
  static long available(String name) throws IOException {
    long n = 0;
    byte[] buf = new byte[100_000];
    try (InputStream in = Looks.class.getClassLoader().getResourceAsStream(name)) {
      while (in.available() > 0) {
        n += in.read(buf);
      }
      return in.read() < 0 ? n : -n;
    }
  }

  /** Looks through the jar that this class came in as a stream. */
  static List<String> jar() throws IOException {
    List<String> names = new ArrayList<>();
    URL place = Looks.class.getProtectionDomain().getCodeSource().getLocation();
    try (java.util.jar.JarInputStream in = new java.util.jar.JarInputStream(place.openStream())) {
      for (JarEntry e = in.getNextJarEntry(); e != null; e = in.getNextJarEntry()) {
        if (e.getName().endsWith(".class")) {
          names.add(e.getName());
        }
      }
    }
    Collections.sort(names);
    return names;
  }
}
