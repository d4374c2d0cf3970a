package org.mitogen4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mitogen4j.Router;
import org.mitogen4j.benchmarks.Figure.Result;

/** What a start sends, and how often it waits. */
final class BootFigures {
  private static final int ROUNDS = 4;

  private BootFigures() {}

  static List<Figure> all() {
    return List.of(
        new Figure("boot.command", "bytes", BootFigures::command),
        new Figure("boot.flight", "bytes", BootFigures::flight),
        new Figure("boot.roundtrips", "roundtrips", BootFigures::roundTrips));
  }

  private static Result command() {
    String command = start().command();
    return Result.of(command.length(), command);
  }

  private static Result flight() {
    return Result.of(start().bytes(), "script, jar, image, settings and call");
  }

  private static CountedStart start() {
    try (Router router = Router.create()) {
      CountedStart start = new CountedStart();
      router.connectAsync(start).run(Empty::run);
      return start;
    }
  }

  /** How much longer a start over a slow line takes than a command that reads the same bytes. */
  private static Result roundTrips() throws Exception {
    String command = "head -c " + start().bytes() + " >/dev/null; echo done";
    List<Double> ours = new ArrayList<>();
    List<Double> floors = new ArrayList<>();
    List<Double> more = new ArrayList<>();
    try (Folder folder = new Folder();
        Sshd sshd = new Sshd(folder.path);
        Router router = Router.create()) {
      byte[] input = new byte[start().bytes()];
      for (int i = -1; i < ROUNDS; i++) {
        double ourNear = FirstCall.time(router, sshd.method(Sshd.RELAYED));
        double near = answer(sshd.command(Sshd.RELAYED, command), input);
        if (i < 0) {
          continue; // what is slow the first time only
        }
        double ourFar = FirstCall.time(router, sshd.method(Sshd.FAR));
        double far = answer(sshd.command(Sshd.FAR, command), input);
        ours.add((ourFar - ourNear) / (2 * Sshd.FAR_MILLIS));
        floors.add((far - near) / (2 * Sshd.FAR_MILLIS));
        more.add(ours.get(i) - floors.get(i));
      }
    }
    String note =
        String.format(
            Locale.ROOT,
            "%d pairs, %.2f to %.2f; ours %.2f, that of a command that reads as much %.2f",
            ROUNDS,
            Pairs.min(more),
            Pairs.max(more),
            Pairs.median(ours),
            Pairs.median(floors));
    return Result.of(Pairs.median(more), note);
  }

  /** The milliseconds until a command that was given all its input has answered a line. */
  private static double answer(List<String> command, byte[] input) throws Exception {
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().write(input);
    process.getOutputStream().flush();
    int b = process.getInputStream().read();
    double millis = (System.nanoTime() - start) / 1e6;
    process.destroy();
    if (b < 0) {
      throw new java.io.IOException("no answer from " + command);
    }
    return millis;
  }
}
