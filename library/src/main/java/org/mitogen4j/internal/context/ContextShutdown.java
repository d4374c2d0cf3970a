package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongConsumer;
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

/** How a context other than the master ends. */
public final class ContextShutdown extends Handler implements Runnable {
  /** Why a context has ended that was told to. */
  public static final EndCause SHUT_DOWN = new EndCause(EndCause.SHUT_DOWN, "shut down");

  /** How much longer than its limit an end may take before it is forced, in milliseconds. */
  private static final long FORCE_MILLIS = 400;

  /** The same where the parent is gone, so that nobody waits for what it has to say. */
  private static final long ORPHAN_MILLIS = 1000;

  /** How much of the limit of an end the context waits for what was printed, in tenths. */
  private static final int OUTPUT_TENTHS = 4;

  private final ContextRuntime context;
  private final ChildRouter kernel;
  private final OutputForwarder output;

  @GuardedBy("this")
  private boolean begun;

  /** The hooks that run along with this context's own; null before it exits in good order. */
  private volatile ShutdownHooks hooks;

  /** How long the end may take, in milliseconds: what its parent says, or the tree's setting. */
  private volatile long limitMillis;

  /** Closes the children, if there are any, within milliseconds. Set by who starts them. */
  public volatile LongConsumer children;

  /** A detached context does not end with its parent. */
  public volatile boolean detached;

  ContextShutdown(ContextRuntime context, ChildRouter kernel) {
    this.context = context;
    this.kernel = kernel;
    limitMillis = context.endMillis();
    output = kernel.stdout == null ? null : new OutputForwarder(context, kernel.stdout);
    if (output != null) {
      context.starter.start("stdout", output);
      context.starter.start("process", ContextShutdown::lookAfterProcess);
      Runtime.getRuntime().addShutdownHook(kernel.thread("exit", this::exits));
    }
  }

  /** What nobody waits for, once a process. */
  private static void lookAfterProcess() {
    ProcessTitle.set();
    LeftoverFiles.ofThisAccount().run();
  }

  /** The parent wants it to end, and may say how long that may take. */
  @Override
  public void receive(Message message) {
    if (message.size > 0 && !message.dead()) {
      limitMillis = new Decoder(kernel, message).varint();
    }
    begin(true);
    kernel.start("end", this);
  }

  /** From now on the time runs. */
  private void begin(boolean orderly) {
    if (kernel.stdout != null) {
      context.heartbeat.halt(
          orderly
              ? limitMillis + FORCE_MILLIS
              : ORPHAN_MILLIS); // whatever hangs, and whoever holds which lock
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
      if (kernel.stdout != null && !context.heartbeat.runs()) {
        halt(); // the program lets no thread start: nobody else would
      }
      end(false);
    }
  }

  /**
   * Cuts the context loose: it lives on, with its children, when its parent and whoever carried
   * their bytes are gone. Returns when the parent has let go.
   *
   * @throws DeadException when the parent is gone before it has let go: it lives on all the same
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
      context.departures.detached(parent, cause);
      parent.end(cause);
    }
  }

  /** Why the link to a context ends that has detached. */
  public static EndCause detached(String name) {
    return new EndCause(EndCause.DETACHED, name + " has detached");
  }

  /** A JVM lives as long as one of its threads that are no daemons. */
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

  /** Ends the context: children first, then what was printed goes home, then the process. */
  public void end(boolean orderly) {
    synchronized (this) {
      if (begun) {
        return;
      }
      begun = true;
    }
    begin(orderly);
    try {
      LongConsumer before = children;
      if (before != null) {
        before.accept(limitMillis);
      }
      kernel.closed = true;
      context.workers.close();
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

  /** The process lives on without this context. */
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
   * The JVM exits. Where that is this context's own wish, its parent is told once the program's
   * hooks have run; else whose wish it is.
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
      kernel.thread("mark", ContextShutdown::markStdout).start(); // it may wait for room
      output.await(outputMillis());
      tellParent(parent, new EndCause(EndCause.EXITED, ExitCause.text()));
      parent.await(true, outputMillis());
    } catch (InterruptedException | DeadException e) {
      // then the parent knows no more than that the link has ended
    }
  }

  /**
   * Has the parent let go: a JVM takes 300 ms more to exit while a thread of it reads, and the
   * parent need not wait for that.
   */
  private void left(Link parent, ShutdownHooks others) {
    try {
      others.await(limitMillis);
      context.output.finish(); // what they printed
      parent.await(true, outputMillis());
      tellParent(parent, SHUT_DOWN);
      parent.await(true, outputMillis());
    } catch (InterruptedException | DeadException e) {
      // then the parent sees that the link ends
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

  /** Prints what tells that all before it has been read. */
  private static void mark() throws IOException {
    print(FileDescriptor.out);
    print(FileDescriptor.err);
  }

  /** As above, to standard output alone: what programs printed there is read by this process. */
  private static void markStdout() {
    try {
      print(FileDescriptor.out);
    } catch (IOException e) {
      // then the end waits as long as it may
    }
  }

  @SuppressWarnings("resource") // the descriptors are not ours to close
  private static void print(FileDescriptor to) throws IOException {
    new FileOutputStream(to).write(OutputForwarder.END.getBytes(StandardCharsets.US_ASCII));
  }
}
