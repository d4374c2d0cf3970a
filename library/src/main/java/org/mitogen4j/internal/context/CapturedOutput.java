package org.mitogen4j.internal.context;

import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Consumer;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Header;

/**
 * Where one call's output goes when its caller wants to have it: what is printed and logged on the
 * thread that runs the function, and on threads that the function starts. Ends with the call; what
 * such threads print later goes the way of all output.
 */
public final class CapturedOutput {
  /** Threads have that of the thread which started them. */
  private static final InheritableThreadLocal<CapturedOutput> OF_THREAD =
      new InheritableThreadLocal<>();

  /** Takes what is printed and logged, in the format of a message to {@code Handle.OUTPUT}. */
  private final Consumer<byte[]> sink;

  private final PrintForwarder out;
  private final PrintForwarder err;
  private volatile boolean ended;

  /**
   * @param sink called on the threads that print, which may wait in it; what it throws is thrown
   *     where something is printed
   */
  public CapturedOutput(ContextRuntime context, Consumer<byte[]> sink) {
    this.sink = sink;
    out = new PrintForwarder(context, OutputForwarder.STDOUT, this);
    err = new PrintForwarder(context, OutputForwarder.STDERR, this);
  }

  /** That of the call for which the calling thread works; null where nobody wants its output. */
  public static CapturedOutput current() {
    CapturedOutput current = OF_THREAD.get();
    return current == null || current.ended ? null : current;
  }

  /**
   * From now on it takes the output of the calling thread.
   *
   * @return the one that took it before, for {@link #leave}; null for none
   */
  public CapturedOutput enter() {
    CapturedOutput before = OF_THREAD.get();
    OF_THREAD.set(this);
    return before;
  }

  /** Gives the calling thread's output to the one that had it before; null for none. */
  public static void leave(CapturedOutput before) {
    if (before == null) {
      OF_THREAD.remove();
    } else {
      OF_THREAD.set(before);
    }
  }

  /** What is written here is as if it was printed to {@code System.out} by the call. */
  public OutputStream out() {
    return out;
  }

  /** What is written here is as if it was printed to {@code System.err} by the call. */
  public OutputStream err() {
    return err;
  }

  /** Sends the beginnings of lines; from now on nothing is taken. */
  public void end() {
    out.finishAll();
    err.finishAll();
    ended = true;
  }

  /** Nobody takes it any more; what is printed from now on goes the way of all output. */
  public void drop() {
    ended = true;
  }

  /** Hands on a message as {@link OutputForwarder} and the log forwarder make it. */
  public void send(Encoder e) {
    sink.accept(Arrays.copyOfRange(e.buf, Header.SIZE, e.len));
  }

  PrintForwarder stream(int kind) {
    return kind == OutputForwarder.STDOUT ? out : err;
  }
}
