package org.mitogen4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.context.ContextRuntime;

/**
 * Settings of a new tree, for {@link Router#create(RouterOptions)}. Immutable: each method with a
 * parameter returns a copy with one setting changed, the method of the same name without one
 * returns the setting. A setting applies to all contexts of the tree, unless its description says
 * that it is the master's only. Any thread may use it. No parameter may be null, unless its
 * description says so.
 */
public final class RouterOptions {
  private static final int LEAST_MESSAGE_LIMIT = 1 << 20;

  private static final long LEAST_CACHE_LIMIT = 1 << 16;

  private static final Duration MIN_END_LIMIT = Duration.ofMillis(100);
  private static final Duration MAX_END_LIMIT = Duration.ofHours(1);

  // written only by the methods that make a copy, before another thread can see the copy
  private int messageLimit = 128 << 20;
  private boolean unidirectional;
  private Duration heartbeat = Duration.ofSeconds(10);
  private int connecting = 32;
  private int serviceThreads = 16;
  private List<String> allowed = Collections.emptyList();
  private List<String> denied = Collections.emptyList();
  private List<String> provided = Collections.emptyList();
  private ClassLoader classLoader;
  private Path classProfile;
  private Duration endLimit = Duration.ofMillis(ContextRuntime.DEFAULT_END_MILLIS);
  private boolean hangDumps = true;
  private long cacheLimit;

  private RouterOptions() {}

  private RouterOptions(RouterOptions from) {
    messageLimit = from.messageLimit;
    unidirectional = from.unidirectional;
    heartbeat = from.heartbeat;
    connecting = from.connecting;
    serviceThreads = from.serviceThreads;
    allowed = from.allowed;
    denied = from.denied;
    provided = from.provided;
    classLoader = from.classLoader;
    classProfile = from.classProfile;
    endLimit = from.endLimit;
    hangDumps = from.hangDumps;
    cacheLimit = from.cacheLimit;
  }

  /**
   * The settings that {@link Router#create()} uses.
   *
   * @return the defaults, which the methods below name
   */
  public static RouterOptions defaults() {
    return new RouterOptions();
  }

  /**
   * Sets the largest message: a call with its arguments, a result, an item. Sending a larger one
   * throws an {@link IllegalArgumentException}. Every context needs this number of bytes of memory
   * beyond its own, for messages that come in.
   *
   * @param bytes 1 MiB or more; 128 MiB by default
   * @return a copy with this setting
   * @throws IllegalArgumentException for less than 1 MiB
   */
  public RouterOptions messageLimit(int bytes) {
    if (bytes < LEAST_MESSAGE_LIMIT) {
      throw new IllegalArgumentException(
          "a message limit of " + bytes + " bytes, must be " + LEAST_MESSAGE_LIMIT + " or more");
    }
    RouterOptions copy = new RouterOptions(this);
    copy.messageLimit = bytes;
    return copy;
  }

  /**
   * Sets whether contexts may send messages only to contexts above and below them: a message from
   * one branch of the tree to another is refused.
   *
   * @param on false by default
   * @return a copy with this setting
   */
  public RouterOptions unidirectional(boolean on) {
    RouterOptions copy = new RouterOptions(this);
    copy.unidirectional = on;
    return copy;
  }

  /**
   * Sets how often a silent link is asked for a sign of life. A link from which none comes for
   * three intervals is ended.
   *
   * @param interval a millisecond or more, 10 seconds by default; zero for never
   * @return a copy with this setting
   * @throws IllegalArgumentException for a negative interval, and one between zero and a
   *     millisecond
   */
  public RouterOptions heartbeat(Duration interval) {
    if (interval.isNegative() || !interval.isZero() && interval.toMillis() == 0) {
      throw new IllegalArgumentException(
          "a heartbeat of " + interval + ", must be a millisecond or more, or zero for none");
    }
    RouterOptions copy = new RouterOptions(this);
    copy.heartbeat = interval;
    return copy;
  }

  /**
   * Sets how many children the master starts at a time; further starts wait. Any other context
   * starts up to 32 at a time.
   *
   * @param children 1 or more; 32 by default
   * @return a copy with this setting
   * @throws IllegalArgumentException for less than 1
   */
  public RouterOptions connecting(int children) {
    if (children < 1) {
      throw new IllegalArgumentException(children + " children at a time, must be 1 or more");
    }
    RouterOptions copy = new RouterOptions(this);
    copy.connecting = children;
    return copy;
  }

  /**
   * Sets how many threads the services of a context share; further calls wait.
   *
   * @param threads 1 or more; 16 by default
   * @return a copy with this setting
   * @throws IllegalArgumentException for less than 1
   */
  public RouterOptions serviceThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads for services, must be 1 or more");
    }
    RouterOptions copy = new RouterOptions(this);
    copy.serviceThreads = threads;
    return copy;
  }

  /**
   * Sets the only packages that leave the master, with the packages below them; classes and
   * resources in no package, {@code META-INF}, and this library always may. A child that looks for
   * another class or resource does not find it.
   *
   * @param packages such as {@code com.example.app}; none for all, which is the default. They
   *     replace those that were set before
   * @return a copy with this setting
   * @throws IllegalArgumentException for what is no name of a package
   */
  public RouterOptions allow(String... packages) {
    RouterOptions copy = new RouterOptions(this);
    copy.allowed = names(packages);
    return copy;
  }

  /**
   * Sets packages that never leave the master, with the packages below them: neither their classes
   * nor the resources in the same folders. This wins over {@link #allow}.
   *
   * @param packages such as {@code com.example.secret}; none by default. They replace those that
   *     were set before
   * @return a copy with this setting
   * @throws IllegalArgumentException for what is no name of a package
   */
  public RouterOptions deny(String... packages) {
    RouterOptions copy = new RouterOptions(this);
    copy.denied = names(packages);
    return copy;
  }

  /**
   * Sets packages that are not sent, because children have them on the class path that {@code
   * ConnectionMethod.classPath} gives them: such as a version for their machine, or a library that
   * is too large to send.
   *
   * @param packages such as {@code org.apache.hadoop}, with the packages below them; none by
   *     default. They replace those that were set before
   * @return a copy with this setting
   * @throws IllegalArgumentException for what is no name of a package
   */
  public RouterOptions provided(String... packages) {
    RouterOptions copy = new RouterOptions(this);
    copy.provided = names(packages);
    return copy;
  }

  private static List<String> names(String... packages) {
    List<String> names = new ArrayList<>();
    for (String name : packages) {
      if (!name.matches("[^./;\\[]+(\\.[^./;\\[]+)*")) {
        throw new IllegalArgumentException(
            "'" + name + "' is no package: name it with dots, as com.example.app");
      }
      names.add(name);
    }
    return Collections.unmodifiableList(names);
  }

  /** The only packages that leave the master; empty for all. Unmodifiable. */
  public List<String> allowed() {
    return allowed;
  }

  /** The packages that never leave the master. Unmodifiable. */
  public List<String> denied() {
    return denied;
  }

  /** The packages that children have on their own class path. Unmodifiable. */
  public List<String> provided() {
    return provided;
  }

  /**
   * Sets where the program's classes are looked for first, such as the class loader of a plugin. A
   * router knows one class of each name; routers of several plugins may have children in one
   * process, by {@link SharedProcess}.
   *
   * @param loader null, the default, for the context class loader of the thread that makes the
   *     router
   * @return a copy with this setting
   */
  public RouterOptions classLoader(@Nullable ClassLoader loader) {
    RouterOptions copy = new RouterOptions(this);
    copy.classLoader = loader;
    return copy;
  }

  /** Where the program's classes are looked for first; null for the thread's class loader. */
  public @Nullable ClassLoader classLoader() {
    return classLoader;
  }

  /**
   * Sets a file that keeps which classes children loaded for which function, so that the first
   * child of a later process gets them along with its first call instead of asking. It is read when
   * the router is made and written when the router is closed. Entries for classes whose content has
   * changed since are not used; a file that can't be read or written is a warning in the log.
   *
   * @param file need not exist; null for none, the default
   * @return a copy with this setting
   */
  public RouterOptions classProfile(@Nullable Path file) {
    RouterOptions copy = new RouterOptions(this);
    copy.classProfile = file;
    return copy;
  }

  /** The file that keeps which classes children loaded; null for none. */
  public @Nullable Path classProfile() {
    return classProfile;
  }

  /**
   * Sets how long contexts may take to end in good order when the router is closed or their parent
   * is told to end: in this time their last output arrives, and shutdown hooks run. A context that
   * has not ended 0.4 seconds later is killed. {@link Context#shutdown} has a limit of its own.
   *
   * @param limit from 100 milliseconds to an hour, of which whole milliseconds count; a second by
   *     default
   * @return a copy with this setting
   * @throws IllegalArgumentException for a shorter or longer limit
   */
  public RouterOptions endLimit(Duration limit) {
    if (limit.compareTo(MIN_END_LIMIT) < 0 || limit.compareTo(MAX_END_LIMIT) > 0) {
      throw new IllegalArgumentException(
          "an end limit of "
              + limit
              + ", must be from "
              + MIN_END_LIMIT.toMillis()
              + " milliseconds to an hour");
    }
    RouterOptions copy = new RouterOptions(this);
    copy.endLimit = limit;
    return copy;
  }

  /**
   * Sets whether a context that seems to hang logs a dump of its threads: when a call to it takes
   * longer than its timeout, or when it gives no sign of life for two intervals of the {@link
   * #heartbeat}. The dump is a WARNING of the logger {@code org.mitogen4j.output.NAME.dump}, where
   * NAME is that of the context. There is at most one for each context in a minute, of at most 64
   * KiB; the rest of a longer one is cut off, which it says. A thread of its own in the context
   * makes the dump, so the caller of a call that is late does not wait for it.
   *
   * @param on true by default
   * @return a copy with this setting
   */
  public RouterOptions hangDumps(boolean on) {
    RouterOptions copy = new RouterOptions(this);
    copy.hangDumps = on;
    return copy;
  }

  /**
   * The most memory that each context below the master uses to keep the classes and resources of
   * the program that it was sent, for itself and for its children. Half of it is for classes as
   * they travel, a quarter for pieces of files, and a quarter for resources that were read. What
   * was used least recently is dropped, and asked for again when it is needed: what crossed a link
   * once then crosses it again. The library's own classes, of some megabytes at most, do not count
   * and are never dropped. A context that detaches keeps what it has: a class that it had dropped
   * by then can't be loaded there any more.
   *
   * @param bytes 64 KiB or more. By default an eighth of the most that the context's heap may take,
   *     256 MiB at most
   * @return a copy with this setting
   * @throws IllegalArgumentException for less than 64 KiB
   */
  public RouterOptions cacheLimit(long bytes) {
    if (bytes < LEAST_CACHE_LIMIT) {
      throw new IllegalArgumentException(
          "a cache limit of " + bytes + " bytes, must be " + LEAST_CACHE_LIMIT + " or more");
    }
    RouterOptions copy = new RouterOptions(this);
    copy.cacheLimit = bytes;
    return copy;
  }

  /**
   * The most bytes of classes and resources that each context below the master keeps; 0 for the
   * default of {@link #cacheLimit(long)}, which depends on the context's heap.
   */
  public long cacheLimit() {
    return cacheLimit;
  }

  /** How long contexts may take to end in good order; a second by default. */
  public Duration endLimit() {
    return endLimit;
  }

  /** Whether contexts that seem to hang log a dump of their threads; true by default. */
  public boolean hangDumps() {
    return hangDumps;
  }

  /** The largest message in bytes. */
  public int messageLimit() {
    return messageLimit;
  }

  /** Whether contexts talk only to those above and below them. */
  public boolean unidirectional() {
    return unidirectional;
  }

  /** How often a silent link is asked for a sign of life; zero for never. */
  public Duration heartbeat() {
    return heartbeat;
  }

  /** How many children the master starts at a time. */
  public int connecting() {
    return connecting;
  }

  /** How many threads the services of a context share. */
  public int serviceThreads() {
    return serviceThreads;
  }

  @Override
  public String toString() {
    return "messages up to "
        + messageLimit
        + " bytes, "
        + (unidirectional ? "unidirectional, " : "")
        + "heartbeat "
        + heartbeat
        + ", "
        + connecting
        + " connecting at a time, "
        + serviceThreads
        + " threads for services"
        + text(", allows ", allowed)
        + text(", denies ", denied)
        + text(", provided ", provided)
        + ", ends within "
        + endLimit
        + (hangDumps ? "" : ", no dumps of contexts that hang")
        + (cacheLimit == 0 ? "" : ", keeps " + cacheLimit + " bytes of classes and resources")
        + (classLoader == null ? "" : ", classes of " + classLoader)
        + (classProfile == null ? "" : ", classes learned in " + classProfile);
  }

  private static String text(String what, List<String> packages) {
    return packages.isEmpty() ? "" : what + packages;
  }
}
