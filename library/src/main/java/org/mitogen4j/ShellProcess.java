package org.mitogen4j;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One run of a {@link Shell}. The calling thread takes what the command prints from a bounded
 * queue, which two threads fill; so it can be interrupted, and a deadline holds, whatever the
 * command does.
 */
final class ShellProcess {
  /** How often the calling thread looks whether the command is to be ended, in nanoseconds. */
  private static final long POLL_NANOS = 50_000_000;

  /** How long output of processes that a command left behind is awaited, in nanoseconds. */
  private static final long LINGER_NANOS = 1_000_000_000;

  /** How long a process may take to end by SIGTERM, in nanoseconds. */
  private static final long TERM_NANOS = 500_000_000;

  /** How long a process may take to end by SIGKILL, in nanoseconds. */
  private static final long KILL_NANOS = 2_000_000_000;

  /** Pieces of output, of {@link #PIECE} bytes at most, that wait for the calling thread. */
  private static final int QUEUED = 32;

  private static final int PIECE = 1 << 13;

  /** Says that a stream has ended. */
  private static final byte[] END = new byte[0];

  private static final File NOTHING = new File("/dev/null");

  private final Shell shell;
  private final boolean captured;
  private final BlockingQueue<Piece> queue = new LinkedBlockingQueue<>(QUEUED);
  private final boolean ownSession = isInstalled("setsid");
  private Process process;
  private ShellDescendants tree;
  private ShellGuard guard;

  /** Whether no thread takes from the queue any more. */
  private volatile boolean abandoned;

  /** Bytes that were read at once from one of the streams. */
  private static final class Piece {
    final ShellOutput to;
    final byte[] bytes;

    Piece(ShellOutput to, byte[] bytes) {
      this.to = to;
      this.bytes = bytes;
    }
  }

  /**
   * @param captured whether its output is read here; else it goes where this process's own goes
   */
  ShellProcess(Shell shell, boolean captured) {
    this.shell = shell;
    this.captured = captured;
  }

  /**
   * Runs the command to its end.
   *
   * @param stop asked about ten times a second whether the command is to be ended
   */
  ShellResult run(ShellOutput out, ShellOutput err, BooleanSupplier stop) {
    guard = ShellGuard.start(); // ahead, for this JVM may end at any time
    try {
      process = start();
    } catch (ShellException failed) {
      guard.dismiss();
      throw failed;
    }
    tree = new ShellDescendants(process, ownSession);
    if (tree.root() != 0) {
      guard.know(Collections.singleton(tree.root()));
    }
    boolean ended = false;
    try {
      feed();
      int open = captured ? 2 : 0;
      if (captured) {
        read(process.getInputStream(), out, "stdout");
        read(process.getErrorStream(), err, "stderr");
      }
      follow(open, stop);
      ended = true;
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      abandoned = true;
      queue.clear(); // a reading thread that waits for room goes on, and drops the rest
      if (!ended) {
        kill();
      }
      guard.dismiss();
    }
    out.end();
    err.end();
    return new ShellResult(
        shell.toString(),
        process.exitValue(),
        out.bytes(),
        err.bytes(),
        out.isCut() || err.isCut());
  }

  private ShellException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    String why = Cancellation.reason();
    return new ShellException(
        shell + " was ended: " + (why == null ? "its thread was interrupted" : why),
        ShellException.NONE,
        e);
  }

  private Process start() {
    String folder = shell.folder();
    if (folder != null && !new File(folder).isDirectory()) {
      throw new ShellException(
          "can't run " + shell + ": there is no folder " + folder, ShellException.NONE, null);
    }
    List<String> words = new ArrayList<>();
    if (ownSession) {
      words.add("setsid");
    }
    words.addAll(shell.words());
    try {
      ProcessBuilder builder = new ProcessBuilder(words);
      builder.directory(folder == null ? null : new File(folder));
      for (Map.Entry<String, String> variable : shell.environment().entrySet()) {
        if (variable.getValue() == null) {
          builder.environment().remove(variable.getKey());
        } else {
          builder.environment().put(variable.getKey(), variable.getValue());
        }
      }
      if (!captured) {
        builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      }
      builder.redirectErrorStream(shell.isMerged());
      if (shell.input().length == 0 && NOTHING.exists()) {
        builder.redirectInput(NOTHING);
      }
      return builder.start();
    } catch (IOException | IllegalArgumentException e) {
      throw new ShellException(
          "can't run " + shell + ": " + e.getMessage(), ShellException.NONE, e);
    }
  }

  private static boolean isInstalled(String program) {
    String path = System.getenv("PATH");
    for (String folder : path == null ? new String[0] : path.split(File.pathSeparator)) {
      if (!folder.isEmpty() && new File(folder, program).canExecute()) {
        return true;
      }
    }
    return false;
  }

  // ---- threads

  private static void thread(String role, Runnable work) {
    Thread thread = new Thread(work, "mitogen stream shell " + role);
    thread.setDaemon(true);
    thread.start();
  }

  /** Writes its standard input, on another thread where there is something to write. */
  private void feed() {
    byte[] input = shell.input();
    OutputStream to = process.getOutputStream();
    Runnable write =
        () -> {
          try (OutputStream out = to) {
            out.write(input);
          } catch (IOException e) {
            // it does not read all of it
          }
        };
    if (input.length > 0) {
      thread("stdin", write);
    } else {
      write.run();
    }
  }

  private void read(InputStream in, ShellOutput to, String role) {
    thread(
        role,
        () -> {
          byte[] buffer = new byte[PIECE];
          try (InputStream from = in) {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
              if (!abandoned && n > 0) {
                queue.put(new Piece(to, Arrays.copyOf(buffer, n)));
              }
            }
          } catch (IOException | InterruptedException e) {
            // it was closed from here
          }
          // if the queue is full, the thread that waits at it sees that the process has ended
          queue.offer(new Piece(to, END));
        });
  }

  // ---- the calling thread

  private void follow(int streams, BooleanSupplier stop) throws InterruptedException {
    long began = System.nanoTime();
    long limit = shell.timeout() == null ? Long.MAX_VALUE : Timeouts.of(shell.timeout());
    int open = streams;
    long exited = 0; // when it ended while its output stayed open
    while (open > 0 || process.isAlive()) {
      Piece piece = null;
      long left = limit - (System.nanoTime() - began);
      long wait = Math.max(1, Math.min(left, POLL_NANOS));
      if (open > 0) {
        piece = queue.poll(wait, TimeUnit.NANOSECONDS);
      } else if (process.waitFor(wait, TimeUnit.NANOSECONDS)) {
        return;
      }
      if (piece != null && piece.bytes.length == 0) {
        open--;
      } else if (piece != null) {
        piece.to.take(piece.bytes);
      }
      if (stop.getAsBoolean()) {
        kill();
        return;
      } else if (left <= 0) {
        kill();
        throw new ShellException(
            shell + " was ended: it took longer than " + shell.timeout(),
            ShellException.NONE,
            null);
      }
      if (piece == null && !process.isAlive()) {
        exited = exited == 0 ? System.nanoTime() : exited;
        if (System.nanoTime() - exited > LINGER_NANOS) {
          return; // what it left behind has its output open
        }
      }
    }
  }

  /** Ends the command with all its processes, and waits until they have ended. */
  private void kill() {
    boolean interrupted = Thread.interrupted(); // an interrupt must not end this wait
    try {
      guard.know(tree.members()); // in case that this JVM ends before they do
      boolean gone = tree.end("TERM", TERM_NANOS) || tree.end("KILL", KILL_NANOS);
      if (!gone || process.isAlive()) {
        process.destroyForcibly();
      }
      if (!process.waitFor(KILL_NANOS, TimeUnit.NANOSECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException again) {
      process.destroyForcibly();
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
