package org.mitogen4j;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * A small shell beside a command, which ends the command with all that it started when this JVM is
 * gone, however that came about: it sees the end of a pipe. It takes 1 MiB.
 */
final class ShellGuard {
  /**
   * Reads numbers of processes, first that of the command, until an empty line, which dismisses it.
   * Without that line, finds the processes whose parent or session is among those that it knows,
   * and ends them, by force a tenth of a second later.
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

  /** Starts one, ahead of its command; it does nothing where there is no shell. */
  static ShellGuard start() {
    try {
      return new ShellGuard(
          new ProcessBuilder("sh", "-c", SCRIPT)
              .redirectErrorStream(true) // nobody reads what it says, which is nothing
              .start());
    } catch (IOException noShell) {
      return new ShellGuard(null);
    }
  }

  /**
   * Guards processes from now on.
   *
   * @param pids the command at first; then all that are going to be ended, which may leave others
   *     without a parent by which they are found
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
