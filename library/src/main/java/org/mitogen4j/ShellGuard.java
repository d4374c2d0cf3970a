package org.mitogen4j;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A small shell beside a command, which ends the command with all that it started when this JVM is
 * gone, however that came about: it sees the end of a pipe. It takes 1 MiB.
 */
final class ShellGuard {
  /**
   * Waits for a word; without it, finds the processes whose parent or session is among those found
   * so far, and ends them, by force a tenth of a second later. {@code P} is the command.
   */
  private static final String SCRIPT =
      "trap '' HUP INT TERM; read -r word && exit; found=\" $P \"; before=;"
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

  /** Guards a command from now on; does nothing where that can't be done. */
  static ShellGuard of(ShellDescendants command) {
    if (command.root() == 0) {
      return new ShellGuard(null);
    }
    String script = "P=" + command.root() + "; " + SCRIPT;
    try {
      return new ShellGuard(
          new ProcessBuilder("sh", "-c", script)
              .redirectErrorStream(true) // nobody reads what it says, which is nothing
              .start());
    } catch (IOException noShell) {
      return new ShellGuard(null);
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
