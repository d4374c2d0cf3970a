package org.mitogen4j.connect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.CommandArgument;
import org.mitogen4j.connect.spi.CommandMethod;

/**
 * A connection method by a program that runs a command in a container, a jail, or other namespaces.
 * All have settings for an account, a working directory, variables and further arguments. A setting
 * for which the program has no option is made in the container, by its {@code su} (or {@code
 * chroot}), {@code env} and {@code sh}.
 *
 * @param <M> the method's own type
 */
public abstract class ContainerMethod<M extends ContainerMethod<M>> extends CommandMethod<M> {
  private static final long serialVersionUID = 1;

  /** Changes the account in the container, which has su, or else chroot of the GNU coreutils. */
  private static final String BECOME =
      "u=$1;shift;command -v su >/dev/null||exec chroot --userspec=\"$u\" --skip-chdir /"
          + " \"$@\";c=exec;for a do c=\"$c '$(printf %s. \"$a\"|sed"
          + " \"s/'/'\\\\\\\\''/g\")\";c=\"${c%.}'\";done;exec su -s /bin/sh -c \"$c\" \"$u\"";

  /**
   * Runs the following command in a process of its own, behind a shell: the first process of a
   * process namespace can't be killed from within it, and has to reap orphaned processes.
   */
  static final List<String> NOT_FIRST =
      Collections.unmodifiableList(Arrays.asList("sh", "-c", "\"$@\";exit $?", "sh"));

  private static final Pattern NUMBERS = Pattern.compile("(\\d+)(?::(\\d+))?");

  /** The reasons by words in the program's errors; the first pattern that matches counts. */
  private static final Map<Pattern, Reason> WORDS = new LinkedHashMap<>();

  static {
    words(
        Reason.SHELL_MISSING,
        "executable file not found|exec: \"\\S+\":|[Ff]ailed to exec(ute)? \\W?(sh|env)"
            + "|failed to run command|jexec: (execvp|sh|env)");
    words(
        Reason.UNREACHABLE,
        "Cannot connect to the|Unable to connect to the server|connection to the server .*"
            + " refused|Failed to connect to bus|daemon (is not|isn't) running|connect: connection"
            + " refused");
    words(
        Reason.LOGIN_REFUSED,
        "permission denied while trying|[Yy]ou don't have the needed permissions|\\(Forbidden\\)"
            + "|\\(Unauthorized\\)|must be logged in|Operation not permitted|Permission denied"
            + "|Access denied|authentication required|must be root|requires? root");
    words(
        Reason.TARGET_UNKNOWN,
        "(?i)no such (container|image|pod|instance|machine|process)|is not running|is paused"
            + "|not running|state improper|unable to find (user|image)|not known|not found"
            + "|pull access denied|does not exist|unknown user|invalid user|no such user"
            + "|no passwd entry|failed to get init pid|no machine|is not valid for pod"
            + "|cannot (open|change root directory).*No such file|context .* does not exist");
  }

  private String user;
  private String workingDirectory;
  private Map<String, String> environment = Collections.emptyMap();
  private List<String> toolArguments = Collections.emptyList();
  private List<String> extraArguments = Collections.emptyList();
  private String tool;

  ContainerMethod(String tool) {
    this.tool = tool;
  }

  private static void words(Reason reason, String expression) {
    WORDS.put(Pattern.compile(expression), reason);
  }

  /**
   * Sets the account in the container; by default the program decides.
   *
   * @param name a name, or a number; behind a number most programs take a colon and a group's
   *     number, without which some keep their own group, which may be root's
   * @return a changed copy
   * @throws IllegalArgumentException when it can't be an account's name
   */
  public final M user(String name) {
    CommandArgument.name(name, "an account's name");
    return with(m -> ((ContainerMethod<?>) m).user = name);
  }

  /**
   * Sets the child's working directory; by default the program decides.
   *
   * @param path a path in the container
   * @return a changed copy
   */
  public final M workingDirectory(String path) {
    CommandArgument.path(path, "a path of a directory");
    return with(m -> ((ContainerMethod<?>) m).workingDirectory = path);
  }

  /**
   * Adds a variable to the child's environment, besides those that the container has. May be called
   * several times.
   *
   * @param name a name without {@code =}
   * @param value any text
   * @return a changed copy
   */
  public final M environment(String name, String value) {
    CommandArgument.name(name, "a variable's name", "=");
    CommandArgument.text(value, "a variable's value");
    Map<String, String> more = new LinkedHashMap<>(environment);
    more.put(name, value);
    return with(m -> ((ContainerMethod<?>) m).environment = more);
  }

  /**
   * Sets further options for the program's command that runs another in the container, such as
   * {@code --privileged}; they stand ahead of the container. None by default.
   *
   * @param arguments they replace those that were set before
   * @return a changed copy
   */
  public final M arguments(String... arguments) {
    List<String> list = list(arguments);
    return with(m -> ((ContainerMethod<?>) m).extraArguments = list);
  }

  /**
   * Sets further options for the program itself, such as {@code --context}; they stand right behind
   * its name. None by default.
   *
   * @param arguments they replace those that were set before
   * @return a changed copy
   */
  public final M toolArguments(String... arguments) {
    List<String> list = list(arguments);
    return with(m -> ((ContainerMethod<?>) m).toolArguments = list);
  }

  final M tool(String path) {
    CommandArgument.path(path, "a path of " + tool);
    return with(m -> ((ContainerMethod<?>) m).tool = path);
  }

  private static List<String> list(String... arguments) {
    List<String> list = Collections.unmodifiableList(new ArrayList<>(Arrays.asList(arguments)));
    list.forEach(argument -> CommandArgument.text(argument, "an argument"));
    return list;
  }

  /** The words behind the program and its own options: a command, and options that it needs. */
  abstract List<String> enter();

  /** The words behind all options: the container, and a mark that ends the options. */
  abstract List<String> target();

  /** The words ahead of the child's shell in the container; none by default. */
  List<String> around() {
    return Collections.emptyList();
  }

  /** The options for an account; null where the program has none for this one. */
  List<String> userOptions(String account) {
    return null;
  }

  /** The options for a working directory; null where the program has none. */
  List<String> directoryOptions(String directory) {
    return null;
  }

  /** The options for a variable; null where the program has none. */
  List<String> variableOptions(String variable) {
    return null;
  }

  /** The options for an account and a group that are given by numbers; null for other accounts. */
  static List<String> numbers(String account, String userOption, String groupOption) {
    Matcher numbers = NUMBERS.matcher(account);
    if (!numbers.matches()) {
      return null;
    }
    List<String> options = new ArrayList<>(Arrays.asList(userOption, numbers.group(1)));
    if (numbers.group(2) != null) {
      options.addAll(Arrays.asList(groupOption, numbers.group(2)));
    }
    return options;
  }

  @Override
  protected final List<String> command() {
    List<String> command = new ArrayList<>();
    List<String> inside = new ArrayList<>();
    command.add(tool);
    command.addAll(toolArguments);
    command.addAll(enter());
    if (user != null && !added(command, userOptions(user))) {
      inside.addAll(Arrays.asList("sh", "-c", BECOME, "sh", user));
    }
    if (workingDirectory != null && !added(command, directoryOptions(workingDirectory))) {
      inside.addAll(Arrays.asList("sh", "-c", "cd \"$1\"&&shift&&exec \"$@\"", "sh"));
      inside.add(workingDirectory);
    }
    boolean first = true;
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      String text = variable.getKey() + "=" + variable.getValue();
      if (!added(command, variableOptions(text))) {
        if (first) {
          inside.add("env");
          first = false;
        }
        inside.add(text);
      }
    }
    command.addAll(extraArguments);
    command.addAll(target());
    command.addAll(inside);
    command.addAll(around());
    return command;
  }

  private static boolean added(List<String> command, List<String> options) {
    return options != null && command.addAll(options);
  }

  /**
   * Finds the reason of a failure by words that such programs have in common.
   *
   * @param exitCode the exit code of the program
   * @param errors the text that it wrote to its standard error
   * @return null if the reason is not known
   */
  @Override
  protected Reason reason(int exitCode, String errors) {
    for (Map.Entry<Pattern, Reason> words : WORDS.entrySet()) {
      if (words.getKey().matcher(errors).find()) {
        return words.getValue();
      }
    }
    return null;
  }

  /** The account for messages, with what separates it from the container. */
  final String account() {
    return user == null ? "" : user + "@";
  }
}
