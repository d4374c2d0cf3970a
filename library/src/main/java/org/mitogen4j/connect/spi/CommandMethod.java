package org.mitogen4j.connect.spi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.StartException.Reason;

/**
 * A connection method that runs a program on this machine which runs the child's shell and passes
 * its arguments on as they are. A subclass says which program that is, and what its errors mean.
 *
 * @param <M> the method's own type
 */
public abstract class CommandMethod<M extends CommandMethod<M>> extends ConnectionMethod<M> {
  private static final long serialVersionUID = 1;

  /** For subclasses. */
  protected CommandMethod() {}

  /**
   * The program and its first arguments; the command line of the child's shell follows them. Must
   * not block.
   *
   * @return empty to run the shell itself
   */
  protected abstract List<String> command();

  /**
   * Finds the reason why the other side was not reached. By default null.
   *
   * @param exitCode the program's exit code; 128 plus the number of a signal that ended it
   * @param errors the program's output to its standard error
   * @return null if these tell no reason
   */
  protected @Nullable Reason reason(int exitCode, String errors) {
    return null;
  }

  /**
   * Says what the user can do about a failure. By default nothing.
   *
   * @param reason the kind of failure
   * @return a text that begins with a semicolon; empty if the program's own message says enough
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
   * Makes a connection by a running program.
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
