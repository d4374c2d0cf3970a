package org.mitogen4j;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * A small shell process beside a command. When this JVM ends, for whatever reason, it sees the end
 * of its input pipe and kills the command with all processes that it started. It takes 1 MiB.
 */
final class ShellGuard {
  /**
   * Reads pids from standard input, first that of the command. An empty line ends the script. If
   * the input ends without one, it finds all processes whose parent or session is among these pids,
   * and kills them: by SIGTERM, a tenth of a second later by SIGKILL.
   */
  private static final String SCRIPT =
      "trap '' HUP INT TERM; P=; found=' '; before=; while read -r word; do"
          + " [ \"$word\" ] || exit; P=${P:-$word}; found=\"$found$word \"; done;"
          + " [ \"$P\" ] || exit;"
          + " while [ \"$before\" != \"$found\" ]; do before=$found;"
          + " for stat in /proc/[0-9]*/stat; do"
          + " { read -r line <$stat; } 2>/dev/null || continue;"
          + " pid=${stat#/proc/}; pid=${pid%/stat}; set -- ${line##*) };"
          + " case $found in *\" $pid \"*) ;; *\" $2 \"*|*\" $4 \"*) found=\"$found$pid \";; esac;"
          + " done; done;"
          + " for signal in TERM KILL; do kill -$signal $found -$P 2>/dev/null; sleep 0.1; done";

  private final Process shell;

  private ShellGuard(Process shell) {
    this.shell = shell;
  }

  /** Starts a guard, ahead of its command. Where there is no shell, the guard does nothing. */
  static ShellGuard start() {
    try {
      return new ShellGuard(
          new ProcessBuilder("sh", "-c", SCRIPT)
              .redirectErrorStream(true) // it prints nothing
              .start());
    } catch (IOException noShell) {
      return new ShellGuard(null);
    }
  }

  /**
   * Adds processes to guard.
   *
   * @param pids at first that of the command; later all processes that are about to be killed,
   *     since their children can't be found by their parent afterwards
   */
  void know(Collection<Long> pids) {
    if (shell == null) {
      return;
    }
    StringBuilder lines = new StringBuilder();
    for (long pid : pids) {
      lines.append(pid).append('\n');
    }
    try {
      OutputStream in = shell.getOutputStream();
      in.write(lines.toString().getBytes(StandardCharsets.US_ASCII));
      in.flush();
    } catch (IOException gone) {
      // somebody has ended it
    }
  }

  /** The command has ended. */
  void dismiss() {
    if (shell == null) {
      return;
    }
    try (OutputStream in = shell.getOutputStream()) {
      in.write('\n');
    } catch (IOException gone) {
      // somebody has ended it
    }
  }
}
