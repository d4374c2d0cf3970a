package org.mitogen4j;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The JDKs of this machine, and programs that run in them. */
final class Jdks {
  private static final Path PLACE = Path.of("/usr/lib/jvm");
  private static final int SECONDS = 60;

  private Jdks() {}

  /** Homes of JDKs (with a compiler), by Java version; the one that runs the test among them. */
  static Map<Integer, Path> all() throws IOException {
    Map<Integer, Path> found = new TreeMap<>();
    if (Files.isDirectory(PLACE)) {
      try (Stream<Path> homes = Files.list(PLACE)) {
        for (Path home : homes.toList()) {
          if (Files.exists(home.resolve("bin/javac")) && Files.exists(home.resolve("release"))) {
            Properties release = new Properties();
            release.load(Files.newBufferedReader(home.resolve("release")));
            String version = release.getProperty("JAVA_VERSION").replace("\"", "");
            if (!version.startsWith("1.")) {
              found.put(Runtime.Version.parse(version).feature(), home);
            }
          }
        }
      }
    }
    found.put(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
    return found;
  }

  /** The library as a class path. */
  static String library() throws Exception {
    return new File(Router.class.getProtectionDomain().getCodeSource().getLocation().toURI())
        .toString();
  }

  /** Compiles one source file into its folder. */
  static void compile(Path home, Path source, String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/javac").toString()));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", library(), "-d", source.getParent().toString()));
    command.add(source.toString());
    String said = run(command);
    if (!said.isEmpty()) {
      throw new IllegalStateException(said);
    }
  }

  /** Runs a program to its end; the result is all that it printed. */
  static String run(List<String> command) throws Exception {
    File printed = File.createTempFile("printed", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(printed)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new IllegalStateException(
            command + " did not end; it printed " + Files.readString(printed.toPath()));
      }
      return Files.readString(printed.toPath(), StandardCharsets.UTF_8).trim();
    } finally {
      Files.delete(printed.toPath());
    }
  }
}
