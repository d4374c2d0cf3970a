package org.mitogen4j.internal.kernel;

/** The handles that every context has. Those that a program opens begin at {@link #FIRST_FREE}. */
public final class Handle {
  private Handle() {}

  /** Destination of a frame that concerns this link only, and is never routed. */
  public static final int LINK = -1;

  /** Link: the peer has read this number of bytes of frames (in the reply-to field). */
  public static final long ACK = 1;

  /** Link: asks for an ACK. */
  public static final long PING = 2;

  /** Runs a function. Parents only. */
  public static final long CALL = 3;

  /** Cancels the call that replies to the reply-to field. Parents only. */
  public static final long CANCEL = 4;

  /** Gives a sender credit. */
  public static final long CREDIT = 5;

  /** Asks a parent for a class. */
  public static final long CLASS = 6;

  /** Brings classes, and leaves them in every context that it passes. Parents only. */
  public static final long PUSH = 7;

  /** Ends the context. Parents only. */
  public static final long SHUTDOWN = 8;

  /** A context has come to life below the sender. From a direct child only. */
  public static final long ADD_ROUTE = 9;

  /** A context is gone. */
  public static final long DEL_ROUTE = 10;

  /** A context is going to be started below a descendant. Parents only. */
  public static final long PLAN_ROUTE = 11;

  /** Asks a parent for a block of context ids. */
  public static final long ALLOCATE = 12;

  /** Lines that a context or its programs printed. To the master. */
  public static final long OUTPUT = 13;

  /** A direct child is going to live on without its parent. The answer is empty. */
  public static final long DETACH = 14;

  /** A direct child has sent all that it had to, and ends now. */
  public static final long ENDED = 15;

  /** Asks how busy a context is. Parents only. */
  public static final long LOAD = 16;

  /** Calls a method of a service, or cancels such a call. */
  public static final long SERVICE = 17;

  /** Asks what went over the links to a context's children. Parents only. */
  public static final long LINKS = 18;

  /** Says which contexts behind the receiver hold too much above it. From the parent only. */
  public static final long BLAME = 19;

  /** Asks the master for the levels of loggers, now and whenever they change. */
  public static final long LOG_LEVELS = 20;

  /** Asks which classes a context has loaded. Parents only. */
  public static final long USED = 21;

  /** Brings a block of classes, and leaves it in every context that it passes. Parents only. */
  public static final long BLOCK = 1023;

  /**
   * Asks a context for a dump of its threads, as the answer or for the master's log. Parents only.
   */
  public static final long DUMP = 23;

  /** The first handle that a program can get; handles for answers are counted from here on. */
  public static final long FIRST_FREE = 1024;

  /** The first of the handles of senders and receivers: random numbers that can't be guessed. */
  public static final long FIRST_SECRET = 1L << 62;
}
