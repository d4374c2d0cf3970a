package org.mitogen4j.benchmarks;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.mitogen4j.ClassTraffic;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.RouterOptions;
import org.mitogen4j.benchmarks.Figure.Result;
import org.mitogen4j.connect.Local;

/**
 * What it takes to call functions of large libraries in children that have nothing of them. The
 * functions are in benchmarks/libraries, which {@code ./bench classes} builds.
 */
final class ClassFigures {
  private static final List<String> LIBRARIES =
      List.of(
          "jackson",
          "guava",
          "lang3",
          "lucene",
          "h2",
          "spring",
          "groovy",
          "kotlin",
          "netty",
          "hazelcast");
  private static final Path BUILT = Path.of("benchmarks/libraries/target");

  /**
   * What was measured, by library: all of one library's figures come of the same three children.
   */
  private static final Map<String, Measured> MEASURED = new LinkedHashMap<>();

  /** The number of plain JVMs of which a floor is the median. */
  private static final int PLAIN = 3;

  private ClassFigures() {}

  static List<Figure> all() {
    List<Figure> figures = new ArrayList<>();
    for (String library : LIBRARIES) {
      String name = "classes." + library + ".";
      figures.add(new Figure(name + "count", "", () -> of(library).count()));
      figures.add(new Figure(name + "bytes", "B", () -> of(library).bytes()));
      figures.add(new Figure(name + "roundtrips.first", "", () -> of(library).asked(0)));
      figures.add(new Figure(name + "roundtrips.second", "", () -> of(library).asked(1)));
      figures.add(new Figure(name + "roundtrips.saved", "", () -> of(library).asked(2)));
      figures.add(new Figure(name + "wasted.first", "%", () -> of(library).wasted(0)));
      figures.add(new Figure(name + "wasted.second", "%", () -> of(library).wasted(1)));
      figures.add(new Figure(name + "time.first", "ms", () -> of(library).time(0)));
      figures.add(new Figure(name + "time.second", "ms", () -> of(library).time(1)));
    }
    figures.addAll(SharedClassFigures.all());
    return figures;
  }

  private static Measured of(String library) throws Exception {
    Measured measured = MEASURED.get(library);
    if (measured == null) {
      measured = new Measured(library);
      MEASURED.put(library, measured);
    }
    return measured;
  }

  private static final class Measured {
    private static final int CHILDREN = 3;

    /** The number of children of which the second child's time is the median. */
    private static final int SECONDS = 3;

    private final double[] millis = new double[CHILDREN];
    private final ClassTraffic[] sent = new ClassTraffic[CHILDREN];
    private final double plain;
    private final ClassSizes sizes;

    Measured(String library) throws Exception {
      String type = type(library);
      try (Folder folder = new Folder();
          URLClassLoader loader = loader()) {
        Class<?> function = loader.loadClass(type);
        sizes = new ClassSizes();
        RouterOptions options =
            RouterOptions.defaults().classProfile(folder.path.resolve("profile"));
        Thread.currentThread().setContextClassLoader(loader); // the program's, as routers see it
        try (Router router = Router.create(options)) {
          call(router, function, 0);
          double[] second = new double[SECONDS];
          for (int i = 0; i < SECONDS; i++) {
            call(router, function, 1);
            second[i] = millis[1];
          }
          millis[1] = median(second);
        }
        try (Router router = Router.create(options)) {
          call(router, function, 2);
        }
      }
      plain = plain(type);
    }

    private void call(Router router, Class<?> function, int i) throws Exception {
      Context child = router.connect(Local.create().name("child" + i));
      child.run(Empty::run);
      long start = System.nanoTime();
      child.call(function, "run");
      millis[i] = (System.nanoTime() - start) / 1e6;
      long until = System.nanoTime() + 10_000_000_000L;
      do {
        Thread.sleep(50);
        sent[i] = child.classTraffic();
      } while (!sent[i].isComplete() && System.nanoTime() < until);
    }

    Result count() {
      return Result.of(sent[1].sent().size(), "classes sent to the second child");
    }

    Result bytes() throws IOException {
      long floor = sizes.inJars(sent[1].sent());
      long bytes = sent[1].bytes();
      return new Result(
          (double) bytes,
          (double) floor,
          (double) bytes / floor,
          "floor: the same in their jars; " + sent[1].resourceBytes() + " bytes of resources");
    }

    Result asked(int i) {
      return Result.of(
          (double) sent[i].requests(), "requests for classes and resources, found or not");
    }

    Result wasted(int i) throws IOException {
      double all = sizes.plain(sent[i].sent());
      return Result.of(
          100 * (all - sizes.plain(sent[i].loaded())) / all, "of bytes of class files");
    }

    Result time(int i) {
      return new Result(millis[i], plain, millis[i] / plain, "floor: in a plain JVM");
    }
  }

  /** The name of the class that uses a library in its method {@code run}. */
  static String type(String library) {
    return "libraries." + Character.toUpperCase(library.charAt(0)) + library.substring(1);
  }

  static URLClassLoader loader() throws IOException {
    return new URLClassLoader(urls(), ClassFigures.class.getClassLoader());
  }

  /** Milliseconds that a function takes in a plain JVM that has all jars on its class path. */
  static double plain(String type) throws IOException, InterruptedException {
    double[] millis = new double[PLAIN];
    for (int i = 0; i < PLAIN; i++) {
      millis[i] = plainOnce(type);
    }
    return median(millis);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double plainOnce(String type) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                BUILT + "/classes:" + BUILT + "/lib/*",
                type)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    int took = out.indexOf("took ");
    if (took < 0) {
      throw new IOException(type + " fails in a plain JVM");
    }
    return Double.parseDouble(out.substring(took + 5).trim());
  }

  private static URL[] urls() throws IOException {
    List<URL> urls = new ArrayList<>();
    urls.add(BUILT.resolve("classes").toUri().toURL());
    for (Path jar : jars()) {
      urls.add(jar.toUri().toURL());
    }
    return urls.toArray(new URL[0]);
  }

  private static List<Path> jars() throws IOException {
    if (!Files.isDirectory(BUILT.resolve("lib"))) {
      throw new IOException(BUILT + " is not built: run ./bench classes");
    }
    try (Stream<Path> files = Files.list(BUILT.resolve("lib"))) {
      return files.sorted().toList();
    }
  }

  /** How large classes are, by themselves and in their jars. */
  private static final class ClassSizes {
    private final Map<String, long[]> byName = new LinkedHashMap<>();

    ClassSizes() throws IOException {
      for (Path jar : jars()) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
          for (ZipEntry e : (Iterable<ZipEntry>) zip.stream().map(z -> (ZipEntry) z)::iterator) {
            if (e.getName().endsWith(".class")) {
              String name = e.getName().substring(0, e.getName().length() - 6).replace('/', '.');
              byName.putIfAbsent(name, new long[] {e.getCompressedSize(), e.getSize()});
            }
          }
        }
      }
    }

    long inJars(Iterable<String> names) {
      return sum(names, 0);
    }

    long plain(Iterable<String> names) {
      return sum(names, 1);
    }

    private long sum(Iterable<String> names, int which) {
      long sum = 0;
      for (String name : names) {
        sum += byName.getOrDefault(name, new long[2])[which];
      }
      return sum;
    }
  }
}
