package org.mitogen4j;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.context.CapturedOutput;

/**
 * Runs commands in the context that calls it: in a child when a called function does, in the master
 * otherwise. For most purposes one of three methods is enough: {@link #run}, {@link #check} and
 * {@link #output}, which can be called in a context as they are: {@code context.call(Shell::run,
 * "hostname; uptime")}.
 *
 * <p>A {@code Shell} is an immutable command with settings; each setting returns a changed copy. It
 * can be sent to other contexts, and so can its methods: {@code
 * context.call(Shell.of("make").folder("/opt/app")::capture)}.
 *
 * <p>A command's standard input is empty, unless {@link #input} gives it some. The command is in a
 * process session of its own where the system has {@code setsid}. When its time is up, when the
 * function that runs it is cancelled (its thread is interrupted), or when the JVM exits, it is
 * ended with all processes that it started: first by SIGTERM, half a second later by SIGKILL.
 * Without {@code setsid}, processes whose own parent ended before are not found. Processes that a
 * command leaves behind when it ends by itself run on.
 *
 * <p>Any thread may use it. All methods that run something block until the command has ended, and
 * throw a {@link ShellException} when it can't be started, takes longer than {@link #timeout}, or
 * the thread is interrupted, which it still is then. Texts are UTF-8. No parameter may be null,
 * unless its description says so.
 */
public final class Shell implements Serializable {
  private static final long serialVersionUID = 1;

  /** The default of {@link #outputLimit}: 16 MiB. */
  public static final int OUTPUT_LIMIT = 16 << 20;

  /** What the system allows a command at most; see {@link Shell#limit}. */
  public enum Limit {
    /** Seconds of processor time of each process. */
    CPU_SECONDS("-t"),
    /** Files that each process may have open. */
    OPEN_FILES("-n"),
    /** KiB of address space of each process. */
    MEMORY_KIB("-v"),
    /** Processes of the account. */
    PROCESSES("-u");

    private final String option;

    Limit(String option) {
      this.option = option;
    }
  }

  private final List<String> command;
  private String folder;
  private Map<String, String> environment = Collections.emptyMap();
  private Map<Limit, Long> limits = Collections.emptyMap();
  private byte[] input = new byte[0];
  private Duration timeout;
  private int outputLimit = OUTPUT_LIMIT;
  private boolean merged;

  private Shell(List<String> command) {
    this.command = command;
  }

  private Shell(Shell other) {
    command = other.command;
    folder = other.folder;
    environment = other.environment;
    limits = other.limits;
    input = other.input;
    timeout = other.timeout;
    outputLimit = other.outputLimit;
    merged = other.merged;
  }

  // ---- commands without settings

  /**
   * Runs a command by {@code sh -c}. What it prints goes where this context's own output goes: from
   * a child to the log of the master, line by line.
   *
   * @param command a text for the shell
   * @return its exit status; 128 and the signal's number where a signal ended it
   */
  public static int run(String command) {
    return of(command).execute().status();
  }

  /**
   * As {@link #run}, for a command that must succeed.
   *
   * @param command a text for the shell
   * @throws ShellException also when it ends with another status than 0
   */
  public static void check(String command) {
    of(command).execute().check();
  }

  /**
   * Runs a command by {@code sh -c} that must succeed, and returns what it wrote to its standard
   * output, without the line breaks at the end: as {@code $(command)} does.
   *
   * @param command a text for the shell
   * @return at most 16 MiB
   * @throws ShellException also when it ends with another status than 0, or prints more
   */
  public static String output(String command) {
    ShellResult result = of(command).capture().check();
    if (result.isCut()) {
      throw new ShellException(
          command + " printed more than " + OUTPUT_LIMIT + " bytes: use outputLimit or lines",
          result.status(),
          null);
    }
    return result.output();
  }

  // ---- a command with settings

  /**
   * A command that {@code sh -c} is to run. Runs nothing yet.
   *
   * @param command a text for the shell
   * @return the command with the default settings
   */
  public static Shell of(String command) {
    return new Shell(Arrays.asList("sh", "-c", Objects.requireNonNull(command)));
  }

  /**
   * A program, which gets its arguments as they are: no shell looks at them. Runs nothing yet.
   *
   * @param command the program, found by {@code PATH} where it has no slash, and its arguments
   * @return the command with the default settings
   * @throws IllegalArgumentException for no words
   */
  public static Shell program(String... command) {
    if (command.length == 0) {
      throw new IllegalArgumentException("a command without words: give the program at least");
    }
    List<String> words = new ArrayList<>();
    for (String word : command) {
      words.add(Objects.requireNonNull(word));
    }
    return new Shell(words);
  }

  /**
   * Sets the folder in which the command runs; by default that of the context.
   *
   * @param path a path on the machine of the context that runs it
   * @return a changed copy
   */
  public Shell folder(String path) {
    Shell copy = new Shell(this);
    copy.folder = Objects.requireNonNull(path);
    return copy;
  }

  /**
   * Sets a variable of the command's environment, in addition to those of the context.
   *
   * @param name the variable's name
   * @param value null takes the variable away
   * @return a changed copy
   */
  public Shell environment(String name, @Nullable String value) {
    Shell copy = new Shell(this);
    copy.environment = new LinkedHashMap<>(environment);
    copy.environment.put(Objects.requireNonNull(name), value);
    return copy;
  }

  /**
   * Sets the command's standard input; empty by default.
   *
   * @param text written as UTF-8
   * @return a changed copy
   */
  public Shell input(String text) {
    return input(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sets the command's standard input; empty by default.
   *
   * @param bytes are copied
   * @return a changed copy
   */
  public Shell input(byte[] bytes) {
    Shell copy = new Shell(this);
    copy.input = bytes.clone();
    return copy;
  }

  /**
   * Sets how long the command may run: after that it is ended with all its processes, and the
   * method that runs it throws a {@link ShellException}. By default it may run for ever.
   *
   * @param limit counts from the start of the command
   * @return a changed copy
   * @throws IllegalArgumentException when it is not positive
   */
  public Shell timeout(Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("a timeout of " + limit + ", must be more than nothing");
    }
    Shell copy = new Shell(this);
    copy.timeout = limit;
    return copy;
  }

  /**
   * Sets how many bytes of each stream are captured at most. Further bytes are read, so that the
   * command goes on, and dropped; {@link ShellResult#isCut} tells whether there were any.
   *
   * @param bytes 0 or more; {@link #OUTPUT_LIMIT} by default
   * @return a changed copy
   * @throws IllegalArgumentException for a negative number
   */
  public Shell outputLimit(int bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("an output limit of " + bytes + " bytes");
    }
    Shell copy = new Shell(this);
    copy.outputLimit = bytes;
    return copy;
  }

  /**
   * Sets a limit of the system for the command and its children. Needs {@code sh}.
   *
   * @param limit what is limited, which says the unit
   * @param value 0 or more; none is set by default
   * @return a changed copy
   * @throws IllegalArgumentException for a negative value
   */
  public Shell limit(Limit limit, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(limit + " of " + value);
    }
    Shell copy = new Shell(this);
    copy.limits = new EnumMap<>(Limit.class);
    copy.limits.putAll(limits);
    copy.limits.put(limit, value);
    return copy;
  }

  /**
   * Sends the command's standard error to its standard output, in the order in which it was
   * written. By default they are apart.
   *
   * @return a changed copy
   */
  public Shell mergeErrors() {
    Shell copy = new Shell(this);
    copy.merged = true;
    return copy;
  }

  // ---- running it

  /**
   * Runs the command. What it prints goes where this context's own output goes.
   *
   * @return how it ended, without what it printed
   */
  public ShellResult execute() {
    CapturedOutput call = CapturedOutput.current();
    if (call != null) { // the caller takes the output of this call
      return new ShellProcess(this, true)
          .run(new ShellOutput(call.out()), new ShellOutput(call.err()), () -> false);
    }
    ShellOutput none = new ShellOutput(0, null);
    return new ShellProcess(this, false).run(none, none, () -> false);
  }

  /**
   * Runs the command, and captures what it prints. If processes that it leaves behind keep its
   * output open, this waits for one more second; what they print later is lost.
   *
   * @return how it ended, whatever its status, and what it printed
   */
  public ShellResult capture() {
    ShellOutput errors = new ShellOutput(merged ? 0 : outputLimit, null);
    return new ShellProcess(this, true)
        .run(new ShellOutput(outputLimit, null), errors, () -> false);
  }

  /**
   * Runs the command, and passes each line of its standard output to a consumer as soon as it is
   * there, on the calling thread. A line ends with a line feed, a carriage return or both. A line
   * of more than 1 MiB comes in parts of that size. While the consumer is busy the command waits.
   * Its standard error is captured.
   *
   * @param consumer when it throws, the command is ended, and this throws the same
   * @return how it ended
   */
  public ShellResult forEachLine(Consumer<String> consumer) {
    ShellOutput errors = new ShellOutput(merged ? 0 : outputLimit, null);
    return new ShellProcess(this, true)
        .run(new ShellOutput(0, Objects.requireNonNull(consumer)), errors, () -> false);
  }

  /**
   * As {@link #forEachLine}, to a receiver, and at the pace of its reader. The sender is closed
   * when the command succeeded; when the receiver is closed, the command is ended within 0.1 s.
   *
   * @param sender is not closed when the command fails
   * @return how it ended
   * @throws ShellException also when it ends with another status than 0 while the receiver is open
   */
  public ShellResult sendLines(Sender<String> sender) {
    ShellOutput errors = new ShellOutput(merged ? 0 : outputLimit, null);
    Consumer<String> send =
        line -> {
          try {
            sender.send(line);
          } catch (ClosedException closed) {
            // the command is about to be ended
          }
        };
    ShellResult result =
        new ShellProcess(this, true).run(new ShellOutput(0, send), errors, () -> !sender.isOpen());
    if (sender.isOpen()) {
      result.check();
    }
    sender.close();
    return result;
  }

  /**
   * Runs the command in another context, and gives its lines here as they come, as {@link
   * #sendLines} does. Does not wait. When the command fails, the receiver gives a failure; closing
   * the receiver ends the command.
   *
   * @param context where it runs
   * @return a receiver of the lines, which ends when the command has
   */
  @SuppressWarnings("FutureReturnValueIgnored") // a failure comes by the receiver
  public Receiver<String> lines(Context context) {
    Receiver<String> receiver = context.router().receiver(String.class, Policy.only(context));
    context.callAsync(Shell::sendLinesOf, this, receiver.sender());
    return receiver;
  }

  private static int sendLinesOf(Shell shell, Sender<String> sender) {
    return shell.sendLines(sender).status();
  }

  // ---- what the process is made of

  /** The words of the command, behind what sets its limits. */
  List<String> words() {
    if (limits.isEmpty()) {
      return command;
    }
    StringBuilder script = new StringBuilder();
    for (Map.Entry<Limit, Long> limit : limits.entrySet()) {
      String set = "ulimit " + limit.getKey().option + " " + limit.getValue();
      if (limit.getKey() == Limit.PROCESSES) { // dash has another letter for it
        set = "{ " + set + " 2>/dev/null || ulimit -p " + limit.getValue() + "; }";
      }
      script.append(set).append(" && ");
    }
    List<String> words = new ArrayList<>();
    words.addAll(Arrays.asList("sh", "-c", script + "exec \"$@\"", "sh"));
    words.addAll(command);
    return words;
  }

  String folder() {
    return folder;
  }

  Map<String, String> environment() {
    return environment;
  }

  byte[] input() {
    return input;
  }

  Duration timeout() {
    return timeout;
  }

  boolean isMerged() {
    return merged;
  }

  /** The command as its user wrote it. */
  @Override
  public String toString() {
    boolean shell =
        command.size() == 3 && command.get(0).equals("sh") && command.get(1).equals("-c");
    return shell ? command.get(2) : String.join(" ", command);
  }
}
