package org.mitogen4j.internal.context;

import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Consumer;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Header;

/**
 * Sends the output of one call to its caller: what the thread that runs the function prints and
 * logs, and what threads that the function starts print and log. Ends with the call: what these
 * threads print later goes to the master's log, as other output does.
 */
public final class CapturedOutput {
  /** A thread inherits the value of the thread that started it. */
  private static final InheritableThreadLocal<CapturedOutput> OF_THREAD =
      new InheritableThreadLocal<>();

  /** Takes printed lines and log records, in the format of a message to {@code Handle.OUTPUT}. */
  private final Consumer<byte[]> sink;

  private final PrintForwarder out;
  private final PrintForwarder err;
  private volatile boolean ended;

  /**
   * @param sink called on the threads that print; it may block them, and they get the exceptions
   *     that it throws
   */
  public CapturedOutput(ContextRuntime context, Consumer<byte[]> sink) {
    this.sink = sink;
    out = new PrintForwarder(context, OutputForwarder.STDOUT, this);
    err = new PrintForwarder(context, OutputForwarder.STDERR, this);
  }

  /**
   * The captured output of the call that the calling thread works for; null when its output goes to
   * the log.
   */
  public static CapturedOutput current() {
    CapturedOutput current = OF_THREAD.get();
    return current == null || current.ended ? null : current;
  }

  /**
   * Takes the output of the calling thread from now on.
   *
   * @return the object that took it before, for {@link #leave}; null for none
   */
  public CapturedOutput enter() {
    CapturedOutput before = OF_THREAD.get();
    OF_THREAD.set(this);
    return before;
  }

  /** Gives the calling thread's output back to the object that took it before; null for none. */
  public static void leave(CapturedOutput before) {
    if (before == null) {
      OF_THREAD.remove();
    } else {
      OF_THREAD.set(before);
    }
  }

  /** Bytes that are written here are treated as if the call printed them to {@code System.out}. */
  public OutputStream out() {
    return out;
  }

  /** Bytes that are written here are treated as if the call printed them to {@code System.err}. */
  public OutputStream err() {
    return err;
  }

  /** Sends unfinished lines, and takes no output from now on. */
  public void end() {
    out.finishAll();
    err.finishAll();
    ended = true;
  }

  /** The caller takes no output any more: what is printed from now on goes to the master's log. */
  public void drop() {
    ended = true;
  }

  /** Sends a message that {@link OutputForwarder} or the log forwarder made. */
  public void send(Encoder e) {
    sink.accept(Arrays.copyOfRange(e.buf, Header.SIZE, e.len));
  }

  PrintForwarder stream(int kind) {
    return kind == OutputForwarder.STDOUT ? out : err;
  }
}
