package org.mitogen4j.benchmarks;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.CommandLine;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * The least that a connection method has to do: the program that it runs, with a shell behind it
 * that becomes a JVM with one empty class: {@code java -cp empty.jar Empty}, by the child's Java.
 */
final class DoorFloor {
  private static final byte[] NOTHING = {};
  private static final String TOKEN = "f000000000000000";
  private static final String MAIN = "org.mitogen4j.benchmarks.BareMain";
  private static final long SECONDS = 60;

  private final CommandLine line;

  private DoorFloor(CommandLine line) {
    this.line = line;
  }

  /** Asks a child that a method starts how it runs, and leaves the class there. */
  static DoorFloor of(Router router, ConnectionMethod<?> method, byte[] jar) throws Exception {
    Context child = router.self().connect(method);
    String java = child.call(Remote::jvm).split("\n")[0] + "/bin/java";
    String path = child.call(DoorFloor::store, jar);
    child.close();
    String run = "exec '" + java + "' -cp " + path + " " + MAIN + " </dev/null";
    String script = "T=" + TOKEN + ";{ " + run + ";}\n";
    CommandLine line = method.commandLine(new Bootstrap(TOKEN, script, NOTHING, NOTHING, NOTHING));
    if (line == null) {
      throw new IOException(method + " runs no program");
    }
    return new DoorFloor(line);
  }

  /** In the child: writes a file that stays there. */
  static String store(byte[] jar) throws IOException {
    // a container may have a new /dev/shm for each program that is run in it, as buildah's do
    for (String place : new String[] {"/var/tmp", "/tmp", "/dev/shm"}) {
      Path file = Path.of(place, "mitogen-bench-" + System.getProperty("user.name") + ".jar");
      try {
        Files.write(file, jar);
        return file.toString();
      } catch (IOException e) {
        // the next, then
      }
    }
    throw new IOException("no place for a jar");
  }

  /** Runs it; the milliseconds. */
  double time() throws Exception {
    long start = System.nanoTime();
    Process process = line.launch();
    try (OutputStream in = process.getOutputStream()) {
      in.write(line.input());
    }
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("it does not end: " + line);
    }
    double millis = (System.nanoTime() - start) / 1e6;
    if (process.exitValue() != 0) {
      byte[] errors = process.getErrorStream().readAllBytes();
      throw new IOException(
          "exit code "
              + process.exitValue()
              + " of "
              + line
              + ": "
              + new String(errors, StandardCharsets.UTF_8));
    }
    return millis;
  }
}
