package org.mitogen4j.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.Secret;
import org.mitogen4j.benchmarks.Figure.Result;
import org.mitogen4j.connect.Console;

/**
 * Measures a start behind a console of 9,600 baud: a real terminal, getty and login on a host of
 * the test bed, by an account with a password. Counted are the bytes in both directions up to the
 * first result. The floor of the time is measured by the same line: as many bytes as went to the
 * terminal, sent to a program there that reads them.
 */
final class ConsoleFigures {
  private static final Path HOSTS = Path.of("testbed/hosts").toAbsolutePath();
  private static final String HOST = "java21";
  private static final String COUNT = "/dev/shm/console-figures";
  private static final int BAUD = 9600;

  /** What was measured once, for both figures. */
  private static Start measured;

  /** One start, and its floor. */
  private record Start(long toTerminal, long fromTerminal, double millis, double floorMillis) {
    String note() {
      return String.format(
          Locale.ROOT,
          "%,d bytes to the terminal, %,d from it; %,d bytes take %.0f ms at 960 a second",
          toTerminal,
          fromTerminal,
          toTerminal,
          toTerminal / 0.960);
    }
  }

  private ConsoleFigures() {}

  static Result bytes() throws Exception {
    Start start = start();
    return Result.of((double) (start.toTerminal + start.fromTerminal), start.note());
  }

  static Result time() throws Exception {
    Start start = start();
    double ratio = start.millis / start.floorMillis;
    return new Result(start.millis, start.floorMillis, ratio, start.note());
  }

  private static Start start() throws Exception {
    if (measured == null) {
      measured = measure();
    }
    return measured;
  }

  /** A line of the test bed, and what is on its terminal. */
  private static List<String> line(String... command) throws IOException {
    String line = Files.readString(HOSTS.resolve("console-line"));
    String baud = String.valueOf(BAUD);
    List<String> words = new ArrayList<>(List.of(HOSTS.resolve("exec").toString(), HOST));
    words.addAll(List.of("python3", "-c", line, "--baud", baud, "--count", COUNT));
    words.addAll(Arrays.asList(command));
    return words;
  }

  private static Start measure() throws Exception {
    List<String> words = line("getty");
    String[] arguments = words.subList(1, words.size()).toArray(new String[0]);
    Console console = Console.command(words.get(0), arguments).login("user");
    List<String> reader = new ArrayList<>(List.of(HOSTS.resolve("exec").toString(), HOST));
    reader.addAll(List.of("sh", "-c", "echo ready; read x; cat " + COUNT));
    Process counter = new ProcessBuilder(reader).start(); // it waits, so that no time is lost
    try (Router router = Router.create();
        OutputStream tell = counter.getOutputStream();
        InputStream told = counter.getInputStream()) {
      await(told, "ready");
      long begin = System.nanoTime();
      Context child =
          router.self().connectAsync(console.password(Secret.of("user-pw".toCharArray())));
      child.run(Empty::run);
      double millis = (System.nanoTime() - begin) / 1e6;
      tell.write('\n');
      tell.flush();
      String line = new String(told.readAllBytes(), StandardCharsets.US_ASCII);
      String[] counts = line.trim().split(" +");
      long toTerminal = Long.parseLong(counts[0]);
      return new Start(toTerminal, Long.parseLong(counts[1]), millis, floor(toTerminal));
    } finally {
      counter.destroy();
      output("rm", "-f", COUNT);
    }
  }

  /** The milliseconds that as many bytes take by the same line. */
  private static double floor(long bytes) throws Exception {
    String reader = "stty raw -echo; echo ready; head -c " + bytes + " >/dev/null; echo done";
    Process process = new ProcessBuilder(line("sh", "-c", reader)).start();
    try (OutputStream out = process.getOutputStream();
        InputStream in = process.getInputStream()) {
      await(in, "ready");
      long begin = System.nanoTime();
      out.write(new byte[(int) bytes]);
      out.flush();
      await(in, "done");
      return (System.nanoTime() - begin) / 1e6;
    } finally {
      process.destroy();
    }
  }

  private static void await(InputStream in, String word) throws IOException {
    StringBuilder said = new StringBuilder();
    while (said.indexOf(word) < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the line ended: " + said);
      }
      said.append((char) b);
    }
  }

  private static String output(String... command) throws IOException {
    List<String> words = new ArrayList<>(List.of(HOSTS.resolve("exec").toString(), HOST));
    words.addAll(Arrays.asList(command));
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }
}
