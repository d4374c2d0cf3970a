package org.mitogen4j.internal.context.program;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.mitogen4j.internal.context.classes.ClassBlocks;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Loads the library's classes that a first class of a jar needs, and unpacks the first blocks, on a
 * thread beside the one that is going to need them: in a JVM that has just started that takes
 * milliseconds. The thread ends when there is nothing to do. Thread safe.
 */
final class LoadAhead implements Consumer<byte[]>, Runnable {
  /** The most blocks that are unpacked before they are needed: 10 MB of class files. */
  private static final int MOST_BLOCKS = 64;

  private final MessageRouter router;
  private final StartClasses classes;
  private ClassBlocks blocks; // set before the thread starts

  @GuardedBy("this")
  private final Deque<byte[]> waiting = new ArrayDeque<>();

  @GuardedBy("this")
  private int left = MOST_BLOCKS;

  @GuardedBy("this")
  private boolean isRunning;

  /** Whether the library's classes were loaded; used by the thread. */
  private boolean hasLoaded;

  LoadAhead(MessageRouter router) {
    this.router = router;
    classes = StartClasses.forJars(router.classes);
  }

  /** Begins with the library's classes, if they are here. To be called once. */
  void begin(ClassBlocks blocks) {
    this.blocks = blocks;
    if (classes.areHere()) {
      accept(Message.EMPTY);
    }
  }

  /**
   * Takes a block that came for this context.
   *
   * @param block empty: the library's classes have come
   */
  @Override
  public synchronized void accept(byte[] block) {
    if (left == 0) {
      return;
    }
    left -= block.length > 0 ? 1 : 0;
    waiting.add(block);
    try {
      if (!isRunning) {
        isRunning = true;
        router.start("load", this);
      }
    } catch (OutOfMemoryError noThread) {
      stop(); // the blocks are unpacked when they are needed
    }
  }

  private synchronized void stop() {
    left = 0;
    waiting.clear();
  }

  @Override
  public void run() {
    boolean isWhole = false;
    try {
      for (byte[] block = next(); block != null; block = next()) {
        if (block.length > 0) {
          blocks.unpackAhead(block);
        } else if (!hasLoaded && classes.areHere()) {
          hasLoaded = true;
          classes.run();
        }
      }
      isWhole = true;
    } finally {
      if (!isWhole) {
        stop();
      }
    }
  }

  private synchronized byte[] next() {
    byte[] block = waiting.poll();
    isRunning = block != null;
    return block;
  }
}
