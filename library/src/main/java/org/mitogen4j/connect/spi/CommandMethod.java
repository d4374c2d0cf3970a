package org.mitogen4j.connect.spi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.StartException.Reason;

/**
 * A connection method that runs a program on this machine which runs another, and hands that its
 * arguments as they are: no shell takes them apart. All that differs is what stands ahead of the
 * child's shell, and what the program's errors mean.
 *
 * @param <M> the method's own type
 */
public abstract class CommandMethod<M extends CommandMethod<M>> extends ConnectionMethod<M> {
  private static final long serialVersionUID = 1;

  /** For subclasses. */
  protected CommandMethod() {}

  /**
   * The program and its arguments, ahead of the shell that is to be run. Must not block.
   *
   * @return may be empty: then the shell itself is run
   */
  protected abstract List<String> command();

  /**
   * Says what went wrong where the other side was not reached. By default null.
   *
   * @param exitCode that of the program; 128 and the signal's number where a signal ended it
   * @param errors what it wrote to its standard error
   * @return null when they say nothing special
   */
  protected @Nullable Reason reason(int exitCode, String errors) {
    return null;
  }

  /**
   * Says what the user can do about a failure. By default nothing.
   *
   * @param reason the kind of failure
   * @return a text that begins with a semicolon; empty where the program itself says it
   */
  protected String advice(Reason reason) {
    return "";
  }

  @Override
  public CommandLine commandLine(Bootstrap bootstrap) {
    List<String> words = new ArrayList<>(command());
    words.addAll(bootstrap.arguments());
    return CommandLine.of(words, bootstrap.preamble());
  }

  @Override
  public Connection open(Bootstrap bootstrap) throws IOException {
    CommandLine line = commandLine(bootstrap);
    return connection(line.launch(), line.input());
  }

  /**
   * A connection by a program that was started.
   *
   * @param process the program
   * @param preamble the bytes that must be sent to it first
   * @return a connection that knows this method's {@link #reason} and {@link #advice}
   */
  protected final ProcessConnection connection(Process process, byte[] preamble) {
    return new ProcessConnection(process, toString(), preamble) {
      @Override
      protected @Nullable Reason reason(boolean reached, int exitCode, String errors) {
        Reason own = reached ? null : CommandMethod.this.reason(exitCode, errors);
        return own == null ? super.reason(reached, exitCode, errors) : own;
      }

      @Override
      protected String advice(Reason reason) {
        String own = CommandMethod.this.advice(reason);
        return own.isEmpty() ? super.advice(reason) : own;
      }
    };
  }
}
