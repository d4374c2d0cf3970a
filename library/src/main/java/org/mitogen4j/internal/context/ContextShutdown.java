package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongConsumer;
import org.mitogen4j.internal.context.process.ExitCause;
import org.mitogen4j.internal.context.process.LeftoverFiles;
import org.mitogen4j.internal.context.process.ProcessTitle;
import org.mitogen4j.internal.context.process.ShutdownHooks;
import org.mitogen4j.internal.context.threads.Deadline;
import org.mitogen4j.internal.kernel.BlockingRequest;
import org.mitogen4j.internal.kernel.ChildRouter;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;

/**
 * Ends a context other than the master: as its parent orders, when its parent is gone, or by exit.
 */
public final class ContextShutdown extends Handler implements Runnable {
  /** The cause of the end of a context that was told to end. */
  public static final EndCause SHUT_DOWN = new EndCause(EndCause.SHUT_DOWN, "shut down");

  /** Milliseconds after the limit of the end until the JVM is halted. */
  private static final long FORCE_MILLIS = 400;

  /**
   * Milliseconds until the JVM is halted if the parent is gone, so that nobody reads its output.
   */
  private static final long ORPHAN_MILLIS = 1000;

  /** The part of the limit that is for sending what was printed, in tenths. */
  private static final int OUTPUT_TENTHS = 4;

  private final ContextRuntime context;
  private final ChildRouter kernel;
  private final OutputForwarder output;

  @GuardedBy("this")
  private boolean begun;

  /**
   * The program's shutdown hooks; they run at the same time as this context's own hook. Null until
   * this context calls System.exit.
   */
  private volatile ShutdownHooks hooks;

  /**
   * The most milliseconds that the end may take: the parent's value, or the setting of the tree.
   */
  private volatile long limitMillis;

  /** The end of the limit; null until the end begins. */
  private volatile Deadline deadline;

  /**
   * Closes all children within the given number of milliseconds. Set by {@code Parent}; null while
   * this context has no children.
   */
  public volatile LongConsumer children;

  /** A detached context does not end with its parent. */
  public volatile boolean detached;

  ContextShutdown(ContextRuntime context, ChildRouter kernel) {
    this.context = context;
    this.kernel = kernel;
    limitMillis = context.endMillis();
    output = kernel.stdout == null ? null : new OutputForwarder(context, kernel.stdout);
    if (output != null) {
      context.threads.start("stdout", output);
      context.threads.execute(new Upkeep());
      Runtime.getRuntime().addShutdownHook(kernel.thread("exit", new Exit()));
    }
  }

  // no lambdas where a context starts: the first one of a process takes the JVM 3 ms

  /** Names the process, and removes old files. Nothing depends on it. */
  private static final class Upkeep implements Runnable {
    @Override
    public void run() {
      ProcessTitle.set();
      LeftoverFiles.ofThisAccount().run();
    }
  }

  /** The shutdown hook. */
  private final class Exit implements Runnable {
    @Override
    public void run() {
      exits();
    }
  }

  /** What the clock does when the process has not ended in time. */
  static final class Halt implements Runnable {
    @Override
    public void run() {
      halt();
    }
  }

  /** The parent tells this context to end, and may say how many milliseconds that may take. */
  @Override
  public void receive(Message message) {
    if (message.size > 0 && !message.dead()) {
      limitMillis = new Decoder(kernel, message).varint();
    }
    begin(true);
    context.threads.execute(this);
  }

  /** Starts the clock: the JVM is halted when the limit is over. */
  private void begin(boolean orderly) {
    if (kernel.stdout != null) {
      // even if threads hang or hold locks
      context.clock.haltAfter(orderly ? limitMillis + FORCE_MILLIS : ORPHAN_MILLIS);
    }
  }

  @Override
  public void run() {
    end(true);
  }

  /** The link to the parent is going to end. */
  void alone() {
    if (!detached) {
      begin(false);
    }
  }

  /** The link to the parent is gone. */
  void orphaned() {
    if (!detached) {
      if (kernel.stdout != null && !context.clock.runs()) {
        halt(); // the program lets no thread start, so the clock can't halt the JVM
      }
      end(false);
    }
  }

  /**
   * Detaches the context from its parent: it lives on, with its children, when its parent and the
   * program that carried the link are gone. Returns when the parent has answered.
   *
   * @throws DeadException when the parent is gone before it has answered; the context is detached
   *     all the same
   */
  public void detach() {
    Link parent = kernel.parent;
    if (parent == null || kernel.stdout == null) {
      throw new IllegalStateException(
          parent == null ? "it has no parent" : "it shares a process with its parent");
    }
    Thread stay = new Thread(new Stay(), "mitogen " + kernel.name + " detached");
    stay.setDaemon(false);
    stay.start();
    detached = true; // before the parent closes the link
    try {
      new BlockingRequest(kernel).ask(Handle.DETACH, new Encoder(kernel, true));
    } finally {
      kernel.parent = null;
      EndCause cause = detached(kernel.name);
      context.disconnects.detached(parent, cause);
      parent.end(cause);
    }
  }

  /** The cause for which the link to a detached context ends. */
  public static EndCause detached(String name) {
    return new EndCause(EndCause.DETACHED, name + " has detached");
  }

  /** Keeps the JVM alive: it ends with the last thread that is not a daemon. */
  private static final class Stay implements Runnable {
    @Override
    public void run() {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        // nobody has this thread
      }
    }
  }

  /**
   * Ends the context: first its children, then it sends what was printed to the master, then it
   * ends the process. Does nothing when that has begun already.
   *
   * @param orderly false when the parent is gone, so that nothing is sent
   */
  public void end(boolean orderly) {
    synchronized (this) {
      if (begun) {
        return;
      }
      begun = true;
    }
    deadline = Deadline.afterMillis(limitMillis);
    begin(orderly);
    try {
      LongConsumer before = children;
      if (before != null) {
        before.accept(limitMillis);
      }
      kernel.closed = true;
      if (orderly && output != null && !detached) {
        context.output.finish();
        mark();
        output.await(outputMillis());
      }
      Link parent = kernel.parent;
      if (orderly && parent != null) {
        parent.await(true, outputMillis());
      }
      if (kernel.stdout != null) {
        hooks = orderly ? new ShutdownHooks() : null;
        System.exit(0); // runs the program's shutdown hooks, and exits
      } else if (orderly && parent != null) {
        tellParent(parent, SHUT_DOWN);
        parent.await(true, outputMillis());
      }
    } catch (IOException | InterruptedException | DeadException | SecurityException e) {
      if (kernel.stdout != null) {
        halt();
      }
    }
    leave();
  }

  /** A thread is about to print; see {@link OutputForwarder#awaitEarly}. */
  void awaitEarlyOutput() {
    if (output != null) {
      output.awaitEarly();
    }
  }

  private long outputMillis() {
    return limitMillis * OUTPUT_TENTHS / 10;
  }

  /** Releases what this context has in a process that lives on. */
  private void leave() {
    context.close();
    Link parent = kernel.parent;
    if (parent != null) {
      parent.end(SHUT_DOWN);
    }
    try {
      kernel.in.close();
      kernel.out.close();
    } catch (IOException e) {
      // then they are closed
    }
  }

  private void tellParent(Link parent, EndCause cause) {
    Encoder e = new Encoder(kernel, true);
    cause.write(e);
    kernel.send(parent.peer, Handle.ENDED, 0, e, 0, false);
  }

  /**
   * The JVM exits, and the parent is told why. If this context called System.exit to end in good
   * order, the parent is told after the program's shutdown hooks have run; otherwise as soon as the
   * output is sent.
   */
  private void exits() {
    Link parent = kernel.parent;
    ShutdownHooks others = hooks;
    if (parent == null || parent.dead() != null) {
      return;
    } else if (others != null) {
      left(parent, others);
      return;
    }
    synchronized (this) {
      if (begun) {
        return;
      }
    }
    try {
      context.output.finish();
      context.threads.execute(ContextShutdown::markStdout); // it may wait for room
      output.await(outputMillis());
      tellParent(parent, new EndCause(EndCause.EXITED, ExitCause.text()));
      parent.await(true, outputMillis());
    } catch (InterruptedException | DeadException e) {
      // then the parent knows no more than that the link has ended
    }
  }

  /**
   * Tells the parent to close the link before this process is gone: a JVM takes 300 ms more to exit
   * while one of its threads reads, and the parent need not wait for that.
   */
  private void left(Link parent, ShutdownHooks others) {
    try {
      // the rest of the limit, but for the time to send what the hooks print
      others.await(deadline.millisLeft() - outputMillis() / 2);
      context.output.finish();
      print(FileDescriptor.err); // what comes behind this is not of this JVM
      parent.await(true, outputMillis());
      tellParent(parent, SHUT_DOWN);
      parent.await(true, outputMillis());
    } catch (IOException | InterruptedException | DeadException e) {
      // then the parent learns it by the end of the link
    }
  }

  /** Ends the process, even where a security manager of the program forbids it. */
  static void halt() {
    try {
      Runtime.getRuntime().halt(1);
    } catch (SecurityException forbidden) {
      System.setSecurityManager(null);
      Runtime.getRuntime().halt(1);
    }
  }

  /** Prints the mark by which the reader of both streams knows that it has read all before it. */
  private static void mark() throws IOException {
    print(FileDescriptor.out);
    print(FileDescriptor.err);
  }

  /**
   * Prints the mark to standard output only: this process reads there what its programs printed.
   */
  private static void markStdout() {
    try {
      print(FileDescriptor.out);
    } catch (IOException e) {
      // then the mark never arrives, and the end waits for as long as its limit allows
    }
  }

  @SuppressWarnings("resource") // the descriptors are not ours to close
  private static void print(FileDescriptor to) throws IOException {
    new FileOutputStream(to).write(OutputForwarder.END.getBytes(StandardCharsets.US_ASCII));
  }
}
