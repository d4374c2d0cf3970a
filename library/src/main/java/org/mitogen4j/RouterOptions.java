package org.mitogen4j;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  private final List<String> allowed;
  private final List<String> denied;
  private final List<String> provided;
  private final Path classProfile;

  private RouterOptions(
      int messageLimit,
      boolean unidirectional,
      Duration heartbeat,
      int connecting,
      int serviceThreads,
      List<String> allowed,
      List<String> denied,
      List<String> provided,
      Path classProfile) {
    this.messageLimit = messageLimit;
    this.unidirectional = unidirectional;
    this.heartbeat = heartbeat;
    this.connecting = connecting;
    this.serviceThreads = serviceThreads;
    this.allowed = allowed;
    this.denied = denied;
    this.provided = provided;
    this.classProfile = classProfile;
  }

  /** The settings that {@link Router#create()} uses. */
  public static RouterOptions defaults() {
    List<String> none = Collections.emptyList();
    return new RouterOptions(
        128 << 20, false, Duration.ofSeconds(10), 32, 16, none, none, none, null);
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
    return new RouterOptions(
        bytes,
        unidirectional,
        heartbeat,
        connecting,
        serviceThreads,
        allowed,
        denied,
        provided,
        classProfile);
  }

  /**
   * Lets contexts talk only to those above and below them, not to siblings and their like; off by
   * default.
   */
  public RouterOptions unidirectional(boolean on) {
    return new RouterOptions(
        messageLimit,
        on,
        heartbeat,
        connecting,
        serviceThreads,
        allowed,
        denied,
        provided,
        classProfile);
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
    return new RouterOptions(
        messageLimit,
        unidirectional,
        interval,
        connecting,
        serviceThreads,
        allowed,
        denied,
        provided,
        classProfile);
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
    return new RouterOptions(
        messageLimit,
        unidirectional,
        heartbeat,
        children,
        serviceThreads,
        allowed,
        denied,
        provided,
        classProfile);
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
    return new RouterOptions(
        messageLimit,
        unidirectional,
        heartbeat,
        connecting,
        threads,
        allowed,
        denied,
        provided,
        classProfile);
  }

  /**
   * The only packages that leave the master, along with those below them; what is in no package,
   * and {@code META-INF}, always may. A child that looks for another class or resource does not
   * find it.
   *
   * @param packages such as {@code com.example.app}; none for all, which is the default
   */
  public RouterOptions allow(String... packages) {
    return new RouterOptions(
        messageLimit,
        unidirectional,
        heartbeat,
        connecting,
        serviceThreads,
        names(packages),
        denied,
        provided,
        classProfile);
  }

  /**
   * Packages that never leave the master, along with those below them: none of their classes, and
   * none of the resources beside these. This wins over {@link #allow}.
   *
   * @param packages such as {@code com.example.secret}; none by default
   */
  public RouterOptions deny(String... packages) {
    return new RouterOptions(
        messageLimit,
        unidirectional,
        heartbeat,
        connecting,
        serviceThreads,
        allowed,
        names(packages),
        provided,
        classProfile);
  }

  /**
   * Packages that are not sent, since children have them: they take them from the class path that
   * {@code ConnectionMethod.classPath} gives them, as a version for their machine, or one that is
   * too large to send.
   *
   * @param packages such as {@code org.apache.hadoop}, along with those below; none by default
   */
  public RouterOptions provided(String... packages) {
    return new RouterOptions(
        messageLimit,
        unidirectional,
        heartbeat,
        connecting,
        serviceThreads,
        allowed,
        denied,
        names(packages),
        classProfile);
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

  /** The only packages that leave the master; none for all. */
  public List<String> allowed() {
    return allowed;
  }

  /** The packages that never leave the master. */
  public List<String> denied() {
    return denied;
  }

  /** The packages that children have of their own. */
  public List<String> provided() {
    return provided;
  }

  /**
   * A file that keeps which classes children loaded for which function, so that the first child of
   * a later process gets them along with its first call instead of asking. It is read when the
   * router is made and written when the router is closed. What was learned of classes whose content
   * has changed since is not used; a file that can't be read or written is a warning in the log.
   *
   * @param file need not exist; null for none, the default
   */
  public RouterOptions classProfile(@Nullable Path file) {
    return new RouterOptions(
        messageLimit,
        unidirectional,
        heartbeat,
        connecting,
        serviceThreads,
        allowed,
        denied,
        provided,
        file);
  }

  /** The file that keeps which classes children loaded; null for none. */
  public @Nullable Path classProfile() {
    return classProfile;
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
        + " threads for services"
        + text(", allows ", allowed)
        + text(", denies ", denied)
        + text(", provided ", provided)
        + (classProfile == null ? "" : ", classes learned in " + classProfile);
  }

  private static String text(String what, List<String> packages) {
    return packages.isEmpty() ? "" : what + packages;
  }
}
