package org.mitogen4j.internal.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

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

  /** The context that it acts for: itself, but for a guest that came in by a door. */
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

  @GuardedBy("handlers")
  private long nextHandle = Handle.FIRST_FREE;

  private final EarlyFrames early = new EarlyFrames(this);

  /** Null until it is here. */
  volatile Extension extension;

  public MessageRouter(Object[] settings, ClassCache classes) {
    this.settings = settings;
    this.classes = classes;
    id = (int) settings[Settings.ID];
    authority = id;
    Object[] ids = (Object[]) settings[Settings.PARENTS];
    parents = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      parents[i] = (int) ids[i];
    }
    name = (String) settings[Settings.NAME];
    calls = new CallHandler(this);
    handlers.put(Handle.CALL, calls);
    handlers.put(Handle.PUSH, classes);
    classes.router = this;
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
    String full = "mitogen " + name + " " + role;
    Thread thread = new Worker(this, extension == null ? null : extension.group(full), work, full);
    thread.setDaemon(true);
    return thread;
  }

  /** Starts a thread; once there is an extension, without waiting for what that takes. */
  public void start(String role, Runnable work) {
    if (extension == null) {
      thread(role, work).start();
    } else {
      extension.start(role, work);
    }
  }

  /** A thread of a context. */
  public static final class Worker extends Thread {
    public final MessageRouter router;

    Worker(MessageRouter router, ThreadGroup group, Runnable work, String name) {
      super(group, work, name);
      this.router = router;
      setContextClassLoader(Worker.class.getClassLoader());
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

  public boolean isParent(int context) {
    boolean is = context == id;
    for (int p : parents) {
      is |= p == context;
    }
    return is;
  }

  public long open(Handler handler) {
    synchronized (handlers) {
      handlers.put(nextHandle, handler);
      return nextHandle++;
    }
  }

  /**
   * Sends a message in this context's name; a long one in pieces, as the receiver can take them.
   *
   * @param mayWait whether the calling thread may block until the link or the receiver has room; a
   *     long message waits in any case
   * @throws DeadException when the receiver can't be reached
   */
  public void send(int dst, long handle, long replyTo, Encoder e, int flags, boolean mayWait) {
    Link link = extension == null ? parent : extension.way(dst);
    int length = e.len - Header.SIZE;
    if (dst == id || link == null || e.borrowed != null || length > Header.MAX_PAYLOAD) {
      extension().sendLong(dst, handle, replyTo, e, flags);
    } else {
      Header.put(e.buf, length, flags, dst, id, authority, handle, replyTo);
      link.send(e.buf, 0, e.len, e.buf, 0, 0, mayWait);
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
   * Takes one frame that came in: hands it to the extension. Without one, calls, classes and
   * answers in the name of a parent go straight to their handlers if they are whole messages, and
   * all other frames wait, also those for which the extension that is being made has a handler.
   * While frames wait, only those go straight that the extension may be waiting for itself: classes
   * and answers.
   */
  void accept(Link in, byte[] b, int at, int length) {
    int dst = Header.getInt(b, at + Header.DST);
    long handle = Header.getLong(b, at + Header.HANDLE);
    if (dst == Handle.LINK) {
      in.link(handle, Header.getLong(b, at + Header.REPLY_TO));
    } else if (extension != null && (in != parent || !early.waiting)) {
      extension.accept(in, b, at, length);
    } else {
      boolean straight =
          dst == id
              && isParent(Header.getInt(b, at + Header.AUTH))
              && (b[at + Header.FLAGS] & ~Header.DEAD) == 0
              && (handle >= Handle.FIRST_FREE
                  || handle == Handle.PUSH
                  || handle == Handle.CALL && !early.waiting);
      Handler handler = straight ? handlers.get(handle) : null;
      if (handler != null) {
        handler.receive(message(in, b, at, length));
      } else if (!early.add(in, b, at, length)) {
        extension.accept(in, b, at, length);
      }
    }
  }

  public static Message message(Link in, byte[] b, int at, int length) {
    return new Message(
        in,
        Header.getInt(b, at + Header.SRC),
        Header.getInt(b, at + Header.AUTH),
        Header.getLong(b, at + Header.HANDLE),
        Header.getLong(b, at + Header.REPLY_TO),
        b[at + Header.FLAGS],
        Arrays.copyOfRange(b, at + Header.SIZE, at + length));
  }

  /** A link is gone. */
  protected void ended(Link link, EndCause cause) {
    extension.ended(link, cause);
  }
}
