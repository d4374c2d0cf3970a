package org.mitogen4j.connect;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.mitogen4j.connect.spi.CommandArgument;

/**
 * A child by any program that runs another: {@code dzdo}, {@code pbrun}, {@code pfexec}, {@code
 * runuser}, {@code setpriv}, {@code systemd-run --pipe --uid=}, {@code flatpak enter}, {@code ip
 * netns exec}, {@code nice}, … The child's shell is put behind its arguments. The program must pass
 * standard input and output on unchanged: {@code machinectl shell}, which puts a terminal in
 * between, can't be used; {@code systemd-run --machine=NAME --pipe --wait --quiet} can.
 */
public final class CommandPrefix extends PromptingMethod<CommandPrefix> {
  private static final long serialVersionUID = 1;

  private final List<String> words;
  private boolean oneArgument;
  private String prompt;

  private CommandPrefix(List<String> words) {
    this.words = words;
  }

  /**
   * Makes a connection method for a program.
   *
   * @param program a path, or a name on {@code PATH}
   * @param arguments its arguments, up to the command that the program is to run
   * @return a method with the default settings
   * @throws IllegalArgumentException for what can't be a program or an argument
   */
  public static CommandPrefix of(String program, String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(CommandArgument.path(program, "a program"));
    for (String argument : arguments) {
      words.add(CommandArgument.text(argument, "an argument for " + program));
    }
    return new CommandPrefix(Collections.unmodifiableList(words));
  }

  /**
   * Sets whether the program takes the command as one argument, a text for a shell, as {@code su
   * -c} does.
   *
   * @param one false by default
   * @return a changed copy
   */
  public CommandPrefix oneArgument(boolean one) {
    return with(m -> m.oneArgument = one);
  }

  /**
   * Sets how the program's question for the password is recognized. By default by the word for
   * password in any of some 40 languages, with a colon behind it.
   *
   * @param expression a regular expression that matches a part of the question, in which each run
   *     of blanks is one space
   * @return a changed copy
   * @throws IllegalArgumentException when it is not a regular expression
   */
  public CommandPrefix passwordPrompt(String expression) {
    String checked = expression(expression);
    return with(m -> m.prompt = checked);
  }

  @Override
  Pattern promptPattern(String promptToken) {
    return prompt == null ? PASSWORD_PROMPT : Pattern.compile(prompt);
  }

  @Override
  List<String> command(boolean onTerminal) {
    return words;
  }

  @Override
  List<String> commandLine(boolean onTerminal, String text) {
    if (!oneArgument) {
      return super.commandLine(onTerminal, text);
    }
    List<String> line = new ArrayList<>(words);
    line.add("exec sh -c '" + text + "'");
    return line;
  }

  @Override
  public String defaultName() {
    return words.get(0).replaceFirst(".*/(?=.)", "");
  }

  /** The name of the program; its arguments are left out, since they may contain secrets. */
  @Override
  public String toString() {
    return defaultName();
  }
}
