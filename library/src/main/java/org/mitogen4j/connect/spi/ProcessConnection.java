package org.mitogen4j.connect.spi;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;

/**
 * A connection over the standard streams of a program that runs on this machine. Any thread may use
 * it. No method blocks unless it says so.
 */
public class ProcessConnection implements Connection {
  /** How long a program that closed its output may take to end. */
  private static final long END_MILLIS = 500;

  /** How long a program that is asked to end may take before it is killed. */
  private static final long KILL_MILLIS = 500;

  /** Matches messages of PAM, sshd, su and sudo for an expired account or password. */
  private static final Pattern EXPIRED =
      Pattern.compile(
          "(?i)(password|account)( for \\S+)?( is| has)? expired|password change required"
              + "|required to change your password");

  private final AtomicBoolean closing = new AtomicBoolean();
  private final Process process;
  private final String what;
  private final byte[] preamble;
  private final long launchedNanos = System.nanoTime();
  private volatile long loginNanos;

  /**
   * Starts a program with pipes for all three of its streams. Does not wait until it ends.
   *
   * @param command the program, a path or a name on {@code PATH}, and its arguments
   * @param environment a name of a variable to set, its value, and so on; in addition to those of
   *     this process
   * @return the process
   * @throws StartException with {@link Reason#CLIENT_MISSING} where it is not installed
   * @throws IllegalArgumentException when the last name of a variable has no value
   */
  public static Process launch(List<String> command, String... environment) throws StartException {
    return launch(new ProcessBuilder(command), environment);
  }

  /**
   * Starts a program whose standard output and standard error are one stream.
   *
   * @param command the program and its arguments
   * @return the process
   * @throws StartException with {@link Reason#CLIENT_MISSING} where it is not installed
   */
  public static Process launchMerged(List<String> command) throws StartException {
    return launch(new ProcessBuilder(command).redirectErrorStream(true));
  }

  private static Process launch(ProcessBuilder builder, String... environment)
      throws StartException {
    builder.environment().putAll(CommandArgument.pairs(environment));
    try {
      return builder.start();
    } catch (IOException e) {
      String program = builder.command().get(0);
      boolean missing = !program.contains("/") || !new File(program).exists();
      throw new StartException(
          missing ? Reason.CLIENT_MISSING : Reason.OTHER,
          "can't run "
              + program
              + " on this machine: "
              + e.getMessage()
              + (missing ? "; install it, or give the connection method its path" : ""));
    }
  }

  /**
   * Makes a connection to a running program. The time of this call counts as the program's start.
   *
   * @param process the program, whose streams this takes over
   * @param what a description of it, for messages
   * @param preamble the bytes that must be sent to it first; not copied
   */
  public ProcessConnection(Process process, String what, byte[] preamble) {
    this.process = process;
    this.what = what;
    this.preamble = preamble;
  }

  /**
   * The time when the program was started.
   *
   * @return nanoseconds as {@link System#nanoTime} gives them: they have a meaning only as the
   *     difference to another such time of this process
   */
  public final long launchedNanos() {
    return launchedNanos;
  }

  /**
   * Notes that the login is over, and that the program runs the child's shell from now on. For
   * methods that see the login; the last call counts.
   */
  public final void noteLogin() {
    loginNanos = System.nanoTime();
  }

  /**
   * The time when {@link #noteLogin} was called.
   *
   * @return nanoseconds as {@link #launchedNanos}; 0 when it was not called
   */
  public final long loginNanos() {
    return loginNanos;
  }

  @Override
  public InputStream input() {
    return process.getInputStream();
  }

  @Override
  public OutputStream output() {
    return process.getOutputStream();
  }

  @Override
  public InputStream errors() {
    return process.getErrorStream();
  }

  @Override
  public final byte[] preamble() {
    return preamble;
  }

  /** Waits up to half a second for the end of the program. */
  @Override
  public StartException failure(boolean reached, String printed, String errors) {
    Integer code;
    try {
      code = exitCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new StartException(Reason.OTHER, what + ": interrupted");
    }
    if (code == null) {
      return new StartException(Reason.OTHER, what + ": it runs on, but closed its output");
    }
    String how = code > 128 && code < 192 ? "ended by signal " + (code - 128) : "exit code " + code;
    Reason reason =
        !reached && EXPIRED.matcher(printed + '\n' + errors).find()
            ? Reason.ACCOUNT_EXPIRED
            : reason(reached, code, errors);
    return new StartException(reason, how + (reached ? "" : advice(reason)));
  }

  /**
   * The exit code of what was run. Waits a moment for it.
   *
   * @return null if the program has not ended
   * @throws InterruptedException when the thread is interrupted
   */
  protected @Nullable Integer exitCode() throws InterruptedException {
    return process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS) ? process.exitValue() : null;
  }

  /**
   * Says what the user can do about a failure; for subclasses that know it better.
   *
   * @param reason the kind of failure
   * @return a text that begins with a semicolon; empty if the program's own message says enough
   */
  protected String advice(Reason reason) {
    switch (reason) {
      case SHELL_MISSING:
        return "; there has to be a POSIX shell, sh, on the PATH";
      case COMMAND_REFUSED:
        return "; the login was accepted, but the command did not run to its first word: see"
            + " whether the account has a login shell (not nologin) and no forced command"
            + " such as internal-sftp, and whether start-up files such as ~/.bashrc end the"
            + " shell or read its standard input";
      case ACCOUNT_EXPIRED:
        return "; log in by hand to set a new password, or have the account extended (chage)";
      case TERMINAL_REQUIRED:
        return "; allow it to work without a terminal, in /etc/sudoers by Defaults !requiretty";
      default:
        return "";
    }
  }

  /**
   * Finds the reason for a failure; for subclasses that know the program's messages.
   *
   * @param reached whether output of the first-stage script came, so that the program did work
   * @param exitCode the program's exit code; 128 plus the number of a signal that ended it
   * @param errors the program's output to its standard error
   * @return {@link Reason#OTHER} if these tell no reason
   */
  protected Reason reason(boolean reached, int exitCode, String errors) {
    if (exitCode > 128 && exitCode < 192) {
      return Reason.KILLED;
    }
    if (exitCode == 0 && !reached) {
      return Reason.COMMAND_REFUSED; // the script would have printed something in any case
    }
    boolean noShell =
        exitCode == 127 || errors.toLowerCase(Locale.ROOT).contains("sh: command not");
    return noShell && !reached ? Reason.SHELL_MISSING : Reason.OTHER;
  }

  /** Closes the pipes, but does not end the program: it is the child, or the child ends with it. */
  @Override
  public void release() throws IOException {
    thread(
        () -> {
          try {
            process.getInputStream().close();
            process.getErrorStream().close();
            process.getOutputStream().close(); // blocks while another thread blocks in writing
          } catch (IOException e) {
            // then it is closed
          }
        });
  }

  /**
   * Asks the program to end (SIGTERM), and kills it (SIGKILL) if it runs half a second later. Does
   * not wait for either. Further calls do nothing.
   */
  @Override
  public void close() throws IOException {
    if (!closing.getAndSet(true) && process.isAlive()) {
      // destroy closes the pipes, too, which blocks while another thread writes to a stopped
      // program
      thread(process::destroy);
      thread(this::kill);
    }
  }

  private void thread(Runnable work) {
    Thread thread = new Thread(work, "mitogen end " + what);
    thread.setDaemon(true);
    thread.start();
  }

  private void kill() {
    try {
      process.waitFor(KILL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      // no other code knows this thread
    }
    process.destroyForcibly();
  }
}
