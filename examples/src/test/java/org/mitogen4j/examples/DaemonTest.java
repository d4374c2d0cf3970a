package org.mitogen4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonTest {
  @TempDir Path folder;

  /** What the program prints, in a process of its own. */
  private static String run(Path door, String what) throws Exception {
    Path printed = Files.createTempFile(door.getParent(), "printed", ".txt");
    Process process =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "-cp",
                System.getProperty("java.class.path"),
                Daemon.class.getName(),
                door.toString(),
                what)
            .redirectErrorStream(true)
            .redirectOutput(printed.toFile())
            .start();
    if (!process.waitFor(40, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    String said = Files.readString(printed, StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void aDaemonThatWasLeftBehindIsFoundAgainAndStopped() throws Exception {
    Path door = folder.resolve("door");
    assertThat(run(door, "start")).isEqualTo("daemon (1) is gone: daemon has detached\n");

    String state = run(door, "state");
    assertThat(state).containsPattern("^\\d+ rounds\n1 daemon\n").contains("worker (local)");
    String last = run(door, "stop");
    assertThat(rounds(last)).isGreaterThan(rounds(state));

    List<Long> pids =
        Pattern.compile("worker \\(local\\) .*pid (\\d+)")
            .matcher(state)
            .results()
            .map(found -> Long.valueOf(found.group(1)))
            .toList();
    assertThat(pids).hasSize(1);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while ((Files.exists(door) || lives(pids.get(0))) && System.nanoTime() < until) {
      Thread.sleep(5);
    }
    assertThat(door).doesNotExist();
    assertThat(lives(pids.get(0))).isFalse();
  }

  private static int rounds(String state) {
    Matcher found = Pattern.compile("(\\d+) rounds").matcher(state);
    assertThat(found.find()).as(state).isTrue();
    return Integer.parseInt(found.group(1));
  }

  /** Whether a process runs; one that has ended and waits to be buried by its parent does not. */
  private static boolean lives(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
  }
}
