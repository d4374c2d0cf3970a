package org.mitogen4j.internal.kernel;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A context's identity and its place in the tree: knows the way to every context, and hands
 * messages for this one to their handler. What goes beyond whole messages between parent and child
 * is the {@link Extension}'s.
 *
 * <p>{@link #accept} runs on reading threads: it blocks on nothing, and runs nothing of the
 * program's.
 */
public class MessageRouter {
  public final int id;

  /** In whose name it acts: its own, but for a guest that came in by a door. */
  public volatile int authority;

  /** The ids of the parent, its parent and so on up to the master. Empty in the master. */
  public final int[] parents;

  public final String name;

  /** As its parent sent them; see docs/PROTOCOL.md. */
  public final Object[] settings;

  /** The link to the parent; null in the master and in a detached context. */
  public volatile Link parent;

  /** Whether the context has ended, or is about to. */
  public volatile boolean closed;

  public final ClassCache classes;
  public final CallHandler calls;

  /** Threads that must not hang in writing to a child, since a timeout runs. */
  public final java.util.Set<Thread> hurried = ConcurrentHashMap.newKeySet();

  public final Map<Long, Handler> handlers = new ConcurrentHashMap<>();
  private final AtomicLong nextHandle = new AtomicLong(Handle.FIRST_FREE);
  private final ThreadStarter starter = new ThreadStarter(this);
  private final EarlyFrames early = new EarlyFrames(this);
  private volatile Extension extension;

  public MessageRouter(Object[] settings, ClassCache classes) {
    this.settings = settings;
    this.classes = classes;
    id = (int) settings[0];
    authority = id;
    Object[] ids = (Object[]) settings[1];
    parents = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      parents[i] = (int) ids[i];
    }
    name = (String) settings[2];
    calls = new CallHandler(this);
    handlers.put(Handle.CALL, calls);
    handlers.put(Handle.PUSH, classes);
    classes.router = this;
    thread("starter", starter).start();
  }

  /** What is not in the kernel image; waits for it when it is not here yet. */
  public Extension extension() {
    if (extension == null) {
      String name = "org.mitogen4j.internal.context.ContextRuntime";
      classes.ask(name); // the rest comes ahead of the answer: nothing is asked for under the lock
      synchronized (this) {
        if (extension == null) {
          extension = (Extension) make(name, MessageRouter.class, this);
        }
      }
    }
    return extension;
  }

  /** Whether what is not in the kernel image is here. */
  protected boolean extended() {
    return extension != null;
  }

  /** Makes an object of a class that is not in the kernel image. */
  public static Object make(String type, Class<?> parameter, Object argument) {
    try {
      return Class.forName(type).getConstructor(parameter).newInstance(argument);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type, e);
    }
  }

  /** A new daemon thread that carries this context's name. */
  public Thread thread(String role, Runnable work) {
    Thread thread = new Worker(this, "mitogen " + name + " " + role, work);
    thread.setDaemon(true);
    return thread;
  }

  /** Has a thread started by another, which waits for what that takes. */
  public void start(String role, Runnable work) {
    starter.start(role, work);
  }

  /** No more threads are to be started. */
  public void close() {
    starter.start("", starter);
  }

  /** A thread of a context. */
  public static final class Worker extends Thread {
    public final MessageRouter router;

    Worker(MessageRouter router, String name, Runnable work) {
      super(group(name), work, name);
      this.router = router;
      setContextClassLoader(Worker.class.getClassLoader());
    }

    /**
     * One of its own: a function that holds its group's lock keeps no other thread from starting.
     */
    private static ThreadGroup group(String name) {
      ThreadGroup root = currentThread().getThreadGroup();
      while (root.getParent() != null) {
        root = root.getParent();
      }
      ThreadGroup group = new ThreadGroup(root, name);
      group.setDaemon(true); // gone with its last thread
      return group;
    }
  }

  /** Runs a call: the first on a thread of its own, for the pool comes later. */
  void execute(Runnable call) {
    if (extension == null) {
      start("call", call);
    } else {
      extension.submit(call);
    }
  }

  /** Whether more calls wait for a thread, so that an answer had better go along with the next. */
  boolean busy() {
    return extension != null && extension.queued() > 0;
  }

  void begun(Message call) {
    if (extension != null) {
      extension.begun(call);
    }
  }

  public boolean isParent(int context) {
    boolean is = context == id;
    for (int p : parents) {
      is |= p == context;
    }
    return is;
  }

  public long open(Handler handler) {
    long handle = nextHandle.getAndIncrement();
    handlers.put(handle, handler);
    return handle;
  }

  /**
   * Sends a message in this context's name; a long one in pieces, as the receiver can take them.
   *
   * @param mayWait whether the calling thread may block until the link or the receiver has room; a
   *     long message waits in any case
   * @throws DeadException when the receiver can't be reached
   */
  public void send(int dst, long handle, long replyTo, Encoder e, int flags, boolean mayWait) {
    Link stream = extension == null ? parent : extension.way(dst);
    int length = e.len - Header.SIZE;
    if (dst == id || stream == null || e.borrowed != null || length > Header.MAX_PAYLOAD) {
      extension().sendLong(dst, handle, replyTo, e, flags);
    } else {
      Header.put(e.buf, length, flags, dst, id, authority, handle, replyTo);
      stream.send(e.buf, 0, e.len, e.buf, 0, 0, mayWait);
    }
  }

  /**
   * Sends a cause, if the context can be reached; does not wait.
   *
   * @param handle where it is awaited; 0 where it is not
   */
  void tell(int dst, long handle, EndCause cause, int flags) {
    Encoder e = new Encoder(this, true);
    cause.write(e);
    try {
      if (handle != 0) {
        send(dst, handle, 0, e, flags, false);
      }
    } catch (DeadException gone) {
      // then nobody there needs to know
    }
  }

  /**
   * Takes one frame that came in: a whole message from the parent to this context goes straight to
   * its handler, everything else to the extension. While frames wait for the extension, only those
   * go straight that it may be waiting for itself: classes and answers.
   */
  void accept(Link in, byte[] b, int at, int length) {
    int dst = Header.getInt(b, at + 5);
    long handle = Header.getLong(b, at + 17);
    boolean trusted = isParent(Header.getInt(b, at + 13));
    if (dst == Handle.LINK) {
      in.link(handle, Header.getLong(b, at + 25));
    } else if (!trusted && extension == null) { // nobody but parents was given a handle here yet
      EndCause cause = new EndCause(EndCause.REFUSED, name + " runs no services");
      tell(Header.getInt(b, at + 9), Header.getLong(b, at + 25), cause, Header.DEAD);
    } else {
      boolean straight =
          trusted
              && dst == id
              && in == parent
              && (b[at + 4] & ~Header.DEAD) == 0
              && (handle >= Handle.FIRST_FREE
                  || handle == Handle.PUSH
                  || !early.waiting && !in.extended);
      Handler handler = straight ? handlers.get(handle) : null;
      Message m = handler == null ? null : message(in, b, at, length);
      if (m != null && handler.accepts(this, m)) {
        handler.receive(m);
      } else if (extension != null && !early.waiting || !early.add(in, b, at, length)) {
        extension.accept(in, b, at, length);
      }
    }
  }

  public static Message message(Link in, byte[] b, int at, int length) {
    return new Message(
        in,
        Header.getInt(b, at + 9),
        Header.getInt(b, at + 13),
        Header.getLong(b, at + 17),
        Header.getLong(b, at + 25),
        b[at + 4],
        Arrays.copyOfRange(b, at + Header.SIZE, at + length));
  }

  /** Hands a message for this context to its handler. */
  public void deliver(Message m) {
    Handler handler = handlers.get(m.handle);
    if (handler != null && handler.accepts(this, m)) {
      handler.receive(m);
    } else {
      extension.reject(m, handler);
    }
  }

  /** A stream is gone. */
  protected void ended(Link stream, EndCause cause) {
    extension.ended(stream, cause);
  }
}
