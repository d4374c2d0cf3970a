package org.mitogen4j.benchmarks;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Feeds what reads from children with whatever hostile ones might send. Jazzer makes the inputs: it
 * changes good ones, and follows up those that run code that none has run before. Each target runs
 * in a JVM of its own, since Jazzer ends the JVM that it runs in.
 */
final class Fuzz {
  static final Fuzz FRAMES = new Fuzz(FrameFuzz.class, FrameFuzz::seed);
  static final Fuzz VALUES = new Fuzz(ValueFuzz.class, ValueFuzz::seed);

  private static final int SEEDS = 50;

  /** Where Jazzer leaves what it finds. */
  private static final Path FOUND = Path.of("target/fuzz");

  private final Class<?> target;
  private final Function<Random, byte[]> seed;

  /**
   * @param target what is fed
   * @param seed makes good inputs for it
   */
  private Fuzz(Class<?> target, Function<Random, byte[]> seed) {
    this.target = target;
    this.seed = seed;
  }

  /** Feeds it a number of inputs, the same each time. */
  void runs(long count) throws IOException, InterruptedException {
    Path log = FOUND.resolve(target.getSimpleName() + ".log");
    run(Redirect.to(log.toFile()), "-seed=1", "-runs=" + count);
  }

  /** Feeds it for so long, with inputs that are new each time. */
  void seconds(long seconds) throws IOException, InterruptedException {
    run(Redirect.INHERIT, "-max_total_time=" + seconds);
  }

  /**
   * Runs Jazzer.
   *
   * @throws AssertionError when an input was found that does harm; Jazzer has said which
   */
  private void run(Redirect output, String... limits) throws IOException, InterruptedException {
    Files.createDirectories(FOUND);
    Path corpus = Files.createTempDirectory("mitogen-fuzz");
    try {
      for (int i = 0; i < SEEDS; i++) {
        Files.write(corpus.resolve("seed" + i), seed.apply(new Random(i)));
      }
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-XX:+EnableDynamicAgentLoading",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "com.code_intelligence.jazzer.Jazzer",
                  "--target_class=" + target.getName(),
                  "--instrumentation_includes=org.mitogen4j.**",
                  "--reproducer_path=" + FOUND,
                  "-artifact_prefix=" + FOUND + "/",
                  "-rss_limit_mb=2048",
                  "-timeout=20",
                  "-max_len=4096",
                  "-print_final_stats=1"));
      command.addAll(List.of(limits));
      command.add(corpus.toString());
      int code =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output)
              .start()
              .waitFor();
      if (code != 0) {
        throw new AssertionError(
            target.getSimpleName() + ": Jazzer has found something, see " + FOUND.toAbsolutePath());
      }
    } finally {
      delete(corpus);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
