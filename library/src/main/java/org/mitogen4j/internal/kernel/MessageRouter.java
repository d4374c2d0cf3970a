package org.mitogen4j.internal.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * A context's identity and its place in the tree: sends messages, and hands messages for this
 * context to their handlers. By itself it can only exchange whole messages with the parent; all
 * else is done by the {@link Extension}.
 *
 * <p>{@link #accept} runs on reading threads: it does not block, and runs no code of the program.
 */
public class MessageRouter {
  public final int id;

  /** The context that it acts for: itself, but for a guest that came in by a door. */
  public volatile int authority;

  /** The ids of the parent, its parent and so on up to the master. Empty in the master. */
  public final int[] parents;

  public final String name;

  /** The settings that its parent sent; {@link Settings} has their indexes. */
  public final Object[] settings;

  /** The link to the parent; null in the master and in a detached context. */
  public volatile Link parent;

  /** Whether the context has ended, or is about to. */
  public volatile boolean closed;

  public final ClassCache classes;
  public final CallHandler calls;

  /** Threads that must not hang in writing to a child, because their call has a timeout. */
  public final java.util.Set<Thread> hurried = ConcurrentHashMap.newKeySet();

  public final Map<Long, Handler> handlers = new ConcurrentHashMap<>();

  @GuardedBy("handlers")
  private long nextHandle = Handle.FIRST_FREE;

  private final EarlyFrames early = new EarlyFrames(this);

  /** Null while this context has only the kernel. */
  volatile Extension extension;

  /** What {@link #program} gives; null before. */
  volatile BiFunction<Object, Object, Object> program;

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

  /** The extension. Asks the parent for it, and blocks until it is here, if it is not here yet. */
  public Extension extension() {
    if (extension == null) {
      String name = "org.mitogen4j.internal.context.ContextRuntime";
      classes.ask(name); // the bundle comes ahead of the answer: the lock waits for no class
      synchronized (this) {
        if (extension == null) {
          extension = (Extension) make(name, MessageRouter.class, this);
        }
      }
    }
    return extension;
  }

  /**
   * The access to the program's classes and resources, which needs no extension. A class's name and
   * a block give the class file; all else is as FirstStage has it. Asks the parent for it, and
   * blocks until it is here, if it is not here yet.
   */
  @SuppressWarnings("unchecked")
  public BiFunction<Object, Object, Object> program() {
    if (program == null) {
      synchronized (calls) { // not the lock under which a thread makes the extension
        if (program == null) {
          program =
              (BiFunction<Object, Object, Object>)
                  make(
                      "org.mitogen4j.internal.context.program.ProgramSource",
                      MessageRouter.class,
                      this);
        }
      }
    }
    return program;
  }

  /** Makes an object of a class that is not in the kernel image. */
  public static Object make(String type, Class<?> parameter, Object argument) {
    try {
      return Class.forName(type).getConstructor(parameter).newInstance(argument);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type, e);
    }
  }

  /** A new daemon thread that carries this context's name. */
  public Thread thread(String role, Runnable work) {
    String full = "mitogen " + name + " " + role;
    Thread thread = new Worker(this, extension == null ? null : extension.group(full), work, full);
    thread.setDaemon(true);
    return thread;
  }

  /** Starts a thread. With an extension another thread starts it, and this does not wait. */
  public void start(String role, Runnable work) {
    if (extension == null) {
      thread(role, work).start();
    } else {
      extension.start(role, work);
    }
  }

  /** A thread of a context, by which a function finds its router. */
  public static final class Worker extends Thread {
    public final MessageRouter router;

    Worker(MessageRouter router, ThreadGroup group, Runnable work, String name) {
      super(group, work, name);
      this.router = router;
      setContextClassLoader(Worker.class.getClassLoader());
    }
  }

  /** Runs a call: on the pool, or on a thread of its own while there is no extension. */
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
   * Sends a message in this context's name. A long one is sent in pieces, as the receiver gives
   * credit.
   *
   * @param dst the id of the context that it goes to
   * @param handle the handle there
   * @param replyTo the handle here where the answer is awaited; 0 for none
   * @param e the payload
   * @param flags of {@link Header}
   * @param mayWait whether the calling thread may block until the link has room; for a long message
   *     it blocks in any case
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
   * @param handle the handle that gets it; 0 to send nothing
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
   * Takes one frame that came in, and hands it to the extension. Without an extension, whole
   * messages with calls, classes and answers in the name of a parent go to their handlers at once,
   * blocks once there is access to the program. All other frames wait ({@link EarlyFrames}), also
   * those for handlers of an extension that is just being made. While frames wait, calls do, too,
   * but not classes and answers, since the extension may be waiting for these.
   */
  void accept(Link in, byte[] b, int at, int length) {
    int dst = Header.getInt(b, at + Header.DST);
    if (dst == Handle.LINK) {
      in.link(Header.getLong(b, at + Header.HANDLE), Header.getLong(b, at + Header.REPLY_TO));
    } else if (extension != null && (in != parent || !early.waiting)) {
      extension.accept(in, b, at, length);
    } else if (!take(in, b, at, length, early.waiting)) {
      early.add(in, b, at, length);
    }
  }

  /**
   * Hands a whole message to its handler, if it needs no extension.
   *
   * @param callsWait whether to take no calls
   * @return whether it did
   */
  boolean take(Link in, byte[] b, int at, int length, boolean callsWait) {
    long handle = Header.getLong(b, at + Header.HANDLE);
    // a block never takes several frames
    int piece = handle == Handle.BLOCK ? ~(Header.DEAD | Header.BULK) : ~Header.DEAD;
    Handler handler = handlers.get(handle);
    boolean takes =
        handler != null
            && Header.getInt(b, at + Header.DST) == id
            && isParent(Header.getInt(b, at + Header.AUTH))
            && (b[at + Header.FLAGS] & piece) == 0
            && (handle >= Handle.BLOCK // also answers
                || handle == Handle.PUSH
                || handle == Handle.CALL && !callsWait);
    if (takes) {
      handler.receive(message(in, b, at, length));
    }
    return takes;
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
