package org.mitogen4j.connect.spi;

import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.StartException;

/**
 * A way to start a child, with its settings. Immutable: each setting returns a changed copy. Null
 * throws a {@link NullPointerException}. Any thread may use it, for any number of children.
 *
 * <p>A method of your own is a subclass with an {@link #open}. It is sent to the context that opens
 * it, so all its fields must be serializable.
 *
 * @param <M> the method's own type
 */
public abstract class ConnectionMethod<M extends ConnectionMethod<M>>
    implements Serializable, Cloneable {
  private static final long serialVersionUID = 1;

  /** How long a start may take by default: 30 seconds. */
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1000);

  /** The oldest version of Java that the library runs on. */
  public static final int OLDEST_JAVA = 8;

  private static final int NEWEST_JAVA = 999;

  private String javaPath;
  private int minimumJava = OLDEST_JAVA;
  private List<String> jvmArguments = Collections.emptyList();
  private List<String> classPath = Collections.emptyList();
  private String remoteName;
  private String contextName;
  private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;

  /** For subclasses. */
  protected ConnectionMethod() {}

  /**
   * Sets the path of the java program on the child's machine; no other one is tried then. By
   * default java is looked for in {@code JAVA_HOME}, on {@code PATH} and in the usual places. A
   * path that was found is remembered for further starts by the same method from the same context.
   *
   * @param path a path on the child's machine
   * @return a changed copy
   * @throws IllegalArgumentException for what can't be a path
   */
  public final M javaPath(String path) {
    CommandArgument.path(path, "a path of a java program");
    return with(m -> ((ConnectionMethod<?>) m).javaPath = path);
  }

  /**
   * Sets the oldest version of Java that the child may run on. The search for java passes over
   * older versions, and programs that do not tell their version; a {@link #javaPath(String)} with
   * an older version makes the start fail. By default 8, the oldest version that the library runs
   * on.
   *
   * @param version the feature version, such as 17
   * @return a changed copy
   * @throws IllegalArgumentException when the version is less than 8 or more than 999
   */
  public final M minimumJava(int version) {
    if (version < OLDEST_JAVA || version > NEWEST_JAVA) {
      throw new IllegalArgumentException(
          "Java " + version + ", must be " + OLDEST_JAVA + " to " + NEWEST_JAVA);
    }
    return with(m -> ((ConnectionMethod<?>) m).minimumJava = version);
  }

  /**
   * Sets further arguments for the child's JVM, such as {@code -Xmx64m}. None by default.
   *
   * @param arguments they replace those that were set before
   * @return a changed copy
   * @throws IllegalArgumentException for one with a NUL character
   */
  public final M jvmArguments(String... arguments) {
    List<String> list = Collections.unmodifiableList(new ArrayList<>(Arrays.asList(arguments)));
    list.forEach(argument -> CommandArgument.text(argument, "an argument for the JVM"));
    return with(m -> ((ConnectionMethod<?>) m).jvmArguments = list);
  }

  /**
   * Sets where the child finds the packages that {@code RouterOptions.provided} names: jars and
   * folders there; a path that ends with {@code /*} stands for all jars of a folder. None by
   * default.
   *
   * @param paths on the child's machine; they replace those that were set before
   * @return a changed copy
   */
  public final M classPath(String... paths) {
    List<String> list = Collections.unmodifiableList(new ArrayList<>(Arrays.asList(paths)));
    list.forEach(path -> Objects.requireNonNull(path, "path"));
    return with(m -> ((ConnectionMethod<?>) m).classPath = list);
  }

  /**
   * Sets how the child shows in the process list of its machine, by default {@code
   * mitogen:user@host:pid} of the process that starts it.
   *
   * @param name one word of the command line
   * @return a changed copy
   * @throws IllegalArgumentException for one with a NUL character
   */
  public final M remoteName(String name) {
    CommandArgument.text(name, "a name for the process list");
    return with(m -> ((ConnectionMethod<?>) m).remoteName = name);
  }

  /**
   * Sets the name of the context in logs and messages; by default {@link #defaultName}. Several
   * contexts may have the same name.
   *
   * @param name a line that is not empty
   * @return a changed copy
   * @throws IllegalArgumentException when it is empty, or has a control character in it
   */
  public final M name(String name) {
    Objects.requireNonNull(name, "name");
    if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a context can't be called '" + name + "'");
    }
    return with(m -> ((ConnectionMethod<?>) m).contextName = name);
  }

  /**
   * Sets how long a start may take until the child answers; 30 seconds by default.
   *
   * @param timeout more than zero, and 1000 days at most
   * @return a changed copy
   * @throws IllegalArgumentException for a shorter or longer one
   */
  public final M connectTimeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "a connect timeout of " + timeout + ", must be positive, and 1000 days at most");
    }
    return with(m -> ((ConnectionMethod<?>) m).connectTimeout = timeout);
  }

  /**
   * The java program that was set, or else the one that the method itself knows.
   *
   * @return null if java has to be looked for
   */
  public final @Nullable String javaPath() {
    return javaPath == null ? defaultJavaPath() : javaPath;
  }

  /**
   * Whether {@link #javaPath(String)} was set.
   *
   * @return false also when the method itself knows a java program
   */
  public final boolean isJavaPathSet() {
    return javaPath != null;
  }

  /**
   * The path of java on the child's machine, for subclasses that know it.
   *
   * @return null, as by default, if java has to be looked for
   */
  protected @Nullable String defaultJavaPath() {
    return null;
  }

  /**
   * The oldest version of Java that the child may run on.
   *
   * @return 8 or more
   */
  public final int minimumJava() {
    return minimumJava;
  }

  /** Further arguments for the child's JVM; can't be changed. */
  public final List<String> jvmArguments() {
    return jvmArguments;
  }

  /** The paths of provided packages on the child's machine; can't be changed. */
  public final List<String> classPath() {
    return classPath;
  }

  /** The child's name in the process list of its machine; null for the default. */
  public final @Nullable String remoteName() {
    return remoteName;
  }

  /** How long a start may take until the child answers. */
  public final Duration connectTimeout() {
    return connectTimeout;
  }

  /** The context's name; null for {@link #defaultName}. */
  public final @Nullable String contextName() {
    return contextName;
  }

  /**
   * Makes a copy with a setting changed; for the settings of subclasses.
   *
   * @param change sets a field of the copy that it gets; called at once
   * @return the copy
   */
  protected final M with(Consumer<? super M> change) {
    try {
      @SuppressWarnings("unchecked")
      M copy = (M) clone();
      change.accept(copy);
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * The most starts of the same parent that may log in to one server at the same time. Others wait;
   * their connect timeout begins after that.
   *
   * @return 0, as by default, for any number
   */
  public int loginsAtOnce() {
    return 0;
  }

  /**
   * The servers that such a login passes: that of the host, and those on the way to it. The same
   * server must always have the same name. None by default. Called only if more than {@link
   * #loginsAtOnce} start at the same time. May block, for example to run a program.
   *
   * @return names for comparison only
   */
  public Collection<String> loginServers() {
    return Collections.emptyList();
  }

  /**
   * A text that is the same for methods whose {@link #loginServers} are the same, so that these are
   * asked for once. By default that of {@link #toString}. Must not block.
   */
  public String loginRoute() {
    return toString();
  }

  /**
   * Starts the carrier of the bytes to the child and back. Runs in the context that is to be the
   * parent; may block.
   *
   * @param bootstrap the command to run, and the bytes to send first
   * @return a connection to a child that is starting; the caller closes it
   * @throws StartException when the reason for a failure is known
   * @throws IOException for other failures; its text becomes that of the {@link StartException}
   */
  public abstract Connection open(Bootstrap bootstrap) throws IOException;

  /**
   * The program that {@link #open} would run on this machine with this bootstrap. Runs nothing,
   * connects to nothing and does not block; any thread may call it.
   *
   * @param bootstrap the command to run, and the bytes to send first
   * @return null for a method that runs no program or does not tell its command line; by default
   *     null
   */
  public @Nullable CommandLine commandLine(Bootstrap bootstrap) {
    return null;
  }

  /**
   * Whether the child is behind a text console, which may lose or change bytes: then the bootstrap
   * has the jar of the reliable line. False by default.
   *
   * @return true only for methods that speak that line's protocol
   */
  public boolean isConsole() {
    return false;
  }

  /** The default name of the context, such as {@code ssh.web1}. Must not block. */
  public abstract String defaultName();

  /** A text for people that says how the child is reached, without secrets. Must not block. */
  @Override
  public abstract String toString();
}
