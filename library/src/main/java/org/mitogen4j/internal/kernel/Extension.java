package org.mitogen4j.internal.kernel;

/**
 * What makes a full context: all that the kernel can't do, such as routing, long messages and
 * values of any type. {@code ContextRuntime} implements it. Its classes are not in the kernel
 * image: the parent sends them 100 ms or more behind the context's hello, or ahead of the first
 * message that the kernel can't take.
 */
public abstract class Extension {
  /** Takes a frame that came in: routes it, or hands it to its handler. */
  protected abstract void accept(Link in, byte[] b, int at, int length);

  /** The link that leads to a context; null where no route is known. */
  protected abstract Link way(int dst);

  /** Sends a message that does not fit a frame. */
  protected abstract void sendLong(int dst, long handle, long replyTo, Encoder e, int flags);

  /** The thread group for a new thread of this name. */
  protected abstract ThreadGroup group(String name);

  /** Has another thread start a thread; does not wait. */
  protected abstract void start(String role, Runnable work);

  /** A link has ended, and all contexts behind it are gone. */
  protected abstract void ended(Link link, EndCause cause);

  /** A thread begins to run a call, which no longer waits for one. */
  protected abstract void begun(Message call);

  /** Runs a call on a thread of the pool. */
  protected abstract void submit(Runnable call);

  /** How many calls wait for a thread. */
  protected abstract int queued();

  /**
   * Finds a function that is not a method declared in the named class: inherited, a constructor.
   */
  protected abstract Object find(Class<?> type, String method, String descriptor)
      throws NoSuchMethodException;

  /** Calls a function that is not a static method. */
  protected abstract Object invoke(Object function, Object[] args)
      throws ReflectiveOperationException;

  /** Describes an exception as a value that can be sent. */
  protected abstract Object describe(Throwable failure);

  /** Adds a part of an array to a value without copying it. */
  protected abstract void borrow(Encoder to, byte[] array, int offset, int length);

  /** Writes a value of a less common type, with a tag of {@link Encoder#EXTENDED} or more. */
  protected abstract void write(Encoder to, Object value);

  /** Reads the value behind a tag of {@link Encoder#EXTENDED} or more. */
  protected abstract Object read(Decoder from, int tag);
}
