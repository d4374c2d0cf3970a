package org.mitogen4j.internal.context.bounds;

/**
 * The limits that bound what other contexts can make this one keep. The comment of each is a row of
 * the table in docs/CONCURRENCY.md (a test compares them): unit | scope | consequence.
 */
public final class Limits {
  private Limits() {}

  private static final long HEAP = Runtime.getRuntime().maxMemory();

  // ---- credit

  /** bytes | one sender at one handle | the sender waits for credit */
  public static final int WINDOW = 1 << 18;

  /** bytes | one sender at one handle, the last message included | the sender is disconnected */
  public static final int RECEIVED_OF_SENDER = 2 * WINDOW;

  /** bytes | one message that is longer than a frame | its sender waits for credit */
  public static final int LONG_WINDOW = 1 << 19;

  /** bytes | one long message, beyond its credit | its sender is disconnected */
  public static final int LONG_SLACK = LONG_WINDOW;

  // ---- by the link to blame

  /** sixteenths | a quota, in the master | the link that has more is ended, see below */
  public static final int FULL = 16;

  /** sixteenths | a quota | the child is told who holds it, so that it ends one of its own links */
  public static final int REPORTED = 4;

  /** sixteenths | a quota, at depth 0, 1, 2 … of the tree | told so, a context ends its link */
  static final int[] FULL_AT_DEPTH = {FULL, 12, 9, 7, 5, REPORTED};

  /** seconds | a report that is not answered, at depth 0, 1, 2 … | the child's link is ended */
  static final int[] PATIENCE = {8, 4, 2, 1, 1, 1};

  /** reports | answered without effect, at depth 0, 1, 2 … | the child's link is ended */
  static final int[] ROUNDS = {8, 4, 2, 1, 1, 1};

  /**
   * bytes | frames that wait for other links, by incoming link | frames refused, then link ended
   */
  static final long WAITING_OF_LINK = Math.min(256L << 20, HEAP / 8);

  /** bytes | frames that wait for other links, in all | as above, for the link that has most */
  static final long WAITING_OF_ALL = Math.min(1L << 30, HEAP / 4);

  /** quarters | a link's quota, for one outgoing link | it or the link that has most is ended */
  public static final int WAITING_FOR_LINK = 5;

  /** bytes | frames that wait for one outgoing link | above it they are counted */
  public static final int COUNTED = 1 << 16;

  /** bytes | credit of one link for another that its receiver is to blame for | no more is noted */
  public static final long INVITED = WAITING_OF_LINK / 4;

  /** questions | of one link that another has not answered | of more the number counts */
  public static final int QUESTIONS = 4096;

  /** bytes | messages that wait for the program, by link | messages refused, then link ended */
  static final long RECEIVED_OF_LINK = HEAP / 8;

  /** bytes | messages that wait for the program, in all | as above, for the link that has most */
  static final long RECEIVED_OF_ALL = HEAP / 4;

  /** bytes | one message that waits, beyond its own | counted for the objects around it */
  public static final int MESSAGE_COST = 256;

  /** bytes | pieces of unfinished messages, by link | messages refused, then link ended */
  static final long UNFINISHED_OF_LINK = HEAP / 8;

  /** bytes | pieces of unfinished messages, in all | as above, for the link that has most */
  static final long UNFINISHED_OF_ALL = HEAP / 4;

  /** bytes | pieces of unfinished messages, in all | beyond it one message at a time gets credit */
  public static final long UNFINISHED_IN_TURN = HEAP / 4;

  /** bytes | one unfinished message, beyond its pieces | counted for the objects around it */
  public static final int UNFINISHED_COST = 1 << 10;

  /** messages | unfinished, by link | the sender of the next is disconnected */
  public static final int UNFINISHED_MESSAGES = 4096;

  /** nanoseconds | one unfinished message, while credit is short | others are given credit */
  public static final long TURN_NANOS = 10_000_000_000L;

  /** bytes | contexts announced and talked to, by link | announcements refused, then link ended */
  static final long KEPT_OF_LINK = HEAP / 16;

  /** bytes | contexts announced and talked to, in all | as above, for the link that has most */
  static final long KEPT_OF_ALL = HEAP / 8;

  /** bytes | one announced context, beyond its texts | counted for its record and route */
  public static final int RECORD_COST = 1 << 10;

  /** bytes | one context elsewhere that a link's contexts sent to | counted */
  public static final int TALKED_COST = 64;

  /** contexts | elsewhere, that a link's contexts sent to | beyond it, it is told of every end */
  public static final int TALKED = 10_000;

  /**
   * bytes | classes and resources kept in a context below the master, unless
   * RouterOptions.cacheLimit is set | those used least recently are dropped
   */
  public static final long CACHED = Math.min(256L << 20, HEAP / 8);

  // ---- texts and warnings

  /** characters | a text of another context that is shown | the rest is cut off */
  public static final int TEXT = 2000;

  /** characters | what a context says of itself: name, account, Java version | cut off */
  public static final int NAME = 256;

  /** bytes | a printed line | the rest is cut off, which it says */
  public static final int LINE = 1 << 15;

  /** contexts | reasons of ends that are kept | all are forgotten */
  public static final int REASONS = 1000;

  /** warnings | contexts cut off behind one link | no more are logged */
  public static final int WARNINGS = 100;

  // ---- what a child may ask for

  /** bytes | a request of a child: class, ids | its link is ended */
  public static final int REQUEST = 1 << 12;

  /** requests | for ids that wait, by link | its link is ended */
  public static final int WAITING_REQUESTS = 1024;

  /** blocks of 1000 ids | by link | the request is refused */
  public static final int ID_BLOCKS = 1000;

  /** contexts | a tree's depth | deeper ones are refused */
  public static final int DEPTH = 500;

  /** names | loggers that the program's names for contexts have | the others share one */
  public static final int LOGGERS = 10_000;

  /**
   * {@link #FULL_AT_DEPTH} at a depth of the tree: the number of contexts above. Deeper than the
   * table, its last value counts.
   */
  public static int fullAtDepth(int depth) {
    return atDepth(FULL_AT_DEPTH, depth);
  }

  /** {@link #PATIENCE} at a depth of the tree, as {@link #fullAtDepth}. */
  public static int patience(int depth) {
    return atDepth(PATIENCE, depth);
  }

  /** {@link #ROUNDS} at a depth of the tree, as {@link #fullAtDepth}. */
  public static int rounds(int depth) {
    return atDepth(ROUNDS, depth);
  }

  private static int atDepth(int[] limits, int depth) {
    return limits[Math.min(depth, limits.length - 1)];
  }
}
