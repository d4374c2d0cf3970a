package org.mitogen4j.internal.parent.start;

import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.CommandLine;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.internal.parent.Parent;

/**
 * The program that the first attempt of a start would run, and the bytes that it would write. Runs
 * and writes nothing.
 */
public final class Rehearsal {
  /** Shown in place of the account, host and process id of a parent that does not run yet. */
  private static final String UNKNOWN_PARENT = "mitogen:USER@HOST:PID";

  /** Shown in place of the java program of such a parent, if the child would use the same. */
  private static final String UNKNOWN_JAVA = "JAVA_OF_THE_PARENT";

  /** The command line; null if the method runs no program or does not tell its command line. */
  public final CommandLine command;

  public final String script;

  /** The parts that would be written first, with their sizes in bytes, for people. */
  public final String parts;

  private Rehearsal(CommandLine command, String script, String parts) {
    this.command = command;
    this.script = script;
    this.parts = parts;
  }

  /**
   * The command line by which a method starts a child, for error messages.
   *
   * @return a line break and the line; empty when the method does not tell its command line
   */
  public static String line(Parent parent, ConnectionMethod<?> method, boolean here) {
    try {
      CommandLine command = of(parent, method, here).command;
      return command == null ? "" : "\n  command: " + command.brief();
    } catch (RuntimeException e) { // thrown by a connection method of the program
      return "";
    }
  }

  /**
   * Rehearses the start of a child. Any thread may call it; it does not block.
   *
   * @param here whether this context would be the parent; if not, values that depend on the parent
   *     are shown as words in capital letters
   */
  public static Rehearsal of(Parent parent, ConnectionMethod<?> method, boolean here) {
    byte[] settings =
        ChildBootstrap.settings(
            parent.router,
            0,
            ChildBootstrap.nameOf(method),
            method.isConsole(),
            method.classPath());
    FirstAttempt first = new FirstAttempt(method, null);
    boolean isJavaOfParent = first.java != null && !method.isJavaPathSet();
    Bootstrap bootstrap =
        ChildBootstrap.of(
            parent,
            method,
            Token.random(),
            FirstAttempt.script(first.careful),
            isJavaOfParent && !here ? UNKNOWN_JAVA : first.java,
            first.oldestJava,
            here ? ProcessInfo.describe() : UNKNOWN_PARENT,
            settings);
    CommandLine command = method.commandLine(bootstrap);
    int written = command == null ? 0 : command.input().length;
    int jar = parent.classes.firstStageJar(method.isConsole()).length;
    int image = bootstrap.image().length;
    int script = written - jar - image - settings.length;
    String parts =
        written
            + " bytes: "
            + (script > 0 ? "the script, " + script + "; " : "")
            + "the first-stage jar, "
            + jar
            + "; the kernel image, "
            + image
            + "; settings, "
            + settings.length
            + "; behind them, without waiting, the calls that were made and their classes";
    return new Rehearsal(command, bootstrap.script(), parts);
  }
}
