package org.mitogen4j;

import java.time.Duration;

/**
 * Settings of a new tree, for {@link Router#create(RouterOptions)}. Immutable: each method returns
 * a copy with one setting changed. All contexts of the tree have them.
 */
public final class RouterOptions {
  private static final int LEAST_MESSAGE_LIMIT = 1 << 20;

  private final int messageLimit;
  private final boolean unidirectional;
  private final Duration heartbeat;
  private final int connecting;
  private final int serviceThreads;

  private RouterOptions(
      int messageLimit,
      boolean unidirectional,
      Duration heartbeat,
      int connecting,
      int serviceThreads) {
    this.messageLimit = messageLimit;
    this.unidirectional = unidirectional;
    this.heartbeat = heartbeat;
    this.connecting = connecting;
    this.serviceThreads = serviceThreads;
  }

  /** The settings that {@link Router#create()} uses. */
  public static RouterOptions defaults() {
    return new RouterOptions(128 << 20, false, Duration.ofSeconds(10), 32, 16);
  }

  /**
   * The largest message: a call with its arguments, a result, an item. What is larger is refused
   * where it is sent. Every context needs so much memory besides its own, for what comes in.
   *
   * @param bytes 1 MiB or more; 128 MiB by default
   */
  public RouterOptions messageLimit(int bytes) {
    if (bytes < LEAST_MESSAGE_LIMIT) {
      throw new IllegalArgumentException(
          "a message limit of " + bytes + " bytes, must be " + LEAST_MESSAGE_LIMIT + " or more");
    }
    return new RouterOptions(bytes, unidirectional, heartbeat, connecting, serviceThreads);
  }

  /**
   * Lets contexts talk only to those above and below them, not to siblings and their like; off by
   * default.
   */
  public RouterOptions unidirectional(boolean on) {
    return new RouterOptions(messageLimit, on, heartbeat, connecting, serviceThreads);
  }

  /**
   * How often a silent link is asked for a sign of life. A link that gives none for three times as
   * long is ended.
   *
   * @param interval a millisecond or more, 10 seconds by default; zero for never
   */
  public RouterOptions heartbeat(Duration interval) {
    if (interval.isNegative() || !interval.isZero() && interval.toMillis() == 0) {
      throw new IllegalArgumentException(
          "a heartbeat of " + interval + ", must be a millisecond or more, or zero for none");
    }
    return new RouterOptions(messageLimit, unidirectional, interval, connecting, serviceThreads);
  }

  /**
   * How many children the master starts at a time; further ones wait.
   *
   * @param children 1 or more; 32 by default
   */
  public RouterOptions connecting(int children) {
    if (children < 1) {
      throw new IllegalArgumentException(children + " children at a time, must be 1 or more");
    }
    return new RouterOptions(messageLimit, unidirectional, heartbeat, children, serviceThreads);
  }

  /**
   * How many threads the services of a context share; further calls wait.
   *
   * @param threads 1 or more; 16 by default
   */
  public RouterOptions serviceThreads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads for services, must be 1 or more");
    }
    return new RouterOptions(messageLimit, unidirectional, heartbeat, connecting, threads);
  }

  /** In bytes. */
  public int messageLimit() {
    return messageLimit;
  }

  /** Whether contexts talk only to those above and below them. */
  public boolean unidirectional() {
    return unidirectional;
  }

  /** The interval; zero for no heartbeat. */
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
        + " threads for services";
  }
}
