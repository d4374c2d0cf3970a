package org.mitogen4j.testbed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.mitogen4j.connect.Console;
import org.mitogen4j.connect.Ssh;

/** The hosts of {@code testbed/hosts}: how to reach them, and what is on them. */
final class Hosts {
  static final Path RUN = Path.of("hosts/run").toAbsolutePath();

  /** The program that runs a command in a host, though not by ssh. */
  static final String EXEC = Path.of("hosts/exec").toAbsolutePath().toString();

  /** The hosts with one Java each. */
  static final List<String> JAVAS =
      List.of("java8", "java11", "java17", "java21", "java25", "java-newest");

  private Hosts() {}

  /** As the account {@code user}, with the key that is right. */
  static Ssh ssh(String host) {
    return Ssh.host(host)
        .arguments("-F", RUN.resolve("ssh_config").toString())
        .connectTimeout(Duration.ofSeconds(20));
  }

  /**
   * The console of a host: a real terminal, and a line that may be slow and bad.
   *
   * @param arguments those of {@code hosts/console-line}
   */
  static Console console(String host, String... arguments) {
    return consoleBy(EXEC, host, arguments);
  }

  /** The same by another program in the place of {@link #EXEC}. */
  static Console consoleBy(String program, String host, String... arguments) {
    try {
      String line = Files.readString(Path.of("hosts/console-line"));
      return Console.command(program, host).arguments("python3", "-c", line).arguments(arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The major version of a host's Java. */
  static int java(String host) {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(RUN.resolve("hosts.properties"))) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Integer.parseInt(properties.getProperty(host + ".java"));
  }

  /** A command that runs in a host, though not by ssh. */
  static ProcessBuilder exec(String host, String... command) {
    ProcessBuilder builder = new ProcessBuilder(EXEC, host);
    builder.command().addAll(List.of(command));
    return builder;
  }

  /** What a command prints in a host. */
  static String output(String host, String... command) throws IOException, InterruptedException {
    Process process = exec(host, command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " in " + host + ": " + said);
    }
    return said;
  }
}
