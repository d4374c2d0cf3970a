package org.mitogen4j.connect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Checks the further arguments for ssh that a program gives: options that would take away the
 * session that a context needs are refused.
 */
final class SshArguments {
  /** Options of ssh that are followed by a value. */
  private static final String WITH_VALUE = "BbcDEeFIiJLlmOoPpQRSWw";

  /** Options that take the session, its input or its command away, or give it a terminal. */
  private static final String NO_SESSION = "fGMNnOQstVW";

  /** Configuration options that do the same, and would win over the library's own. */
  private static final Set<String> SESSION_OPTIONS =
      new HashSet<>(
          Arrays.asList(
              "remotecommand",
              "sessiontype",
              "stdinnull",
              "forkafterauthentication",
              "requesttty",
              "batchmode"));

  private SshArguments() {}

  /**
   * Checks the arguments; returns those that name a configuration file, for further runs of ssh.
   *
   * @throws IllegalArgumentException for arguments with which no context can start
   */
  static List<String> check(List<String> arguments) {
    List<String> configuration = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("-") || argument.length() < 2 || argument.startsWith("--")) {
        throw new IllegalArgumentException(
            "'"
                + argument
                + "' among the arguments is no option of ssh: the host is set by host()");
      }
      for (int at = 1; at < argument.length(); at++) {
        char option = argument.charAt(at);
        if (NO_SESSION.indexOf(option) >= 0) {
          throw refused("-" + option);
        }
        if (WITH_VALUE.indexOf(option) >= 0) {
          String value = argument.substring(at + 1);
          if (value.isEmpty()) {
            if (++i == arguments.size()) {
              throw new IllegalArgumentException("the ssh option -" + option + " lacks its value");
            }
            value = arguments.get(i);
          }
          if (option == 'o') {
            checkOption(value);
          } else if (option == 'F') {
            Collections.addAll(configuration, "-F", value);
          }
          break;
        }
      }
    }
    return configuration;
  }

  private static void checkOption(String value) {
    String name = value.trim().split("[\\s=]", 2)[0].toLowerCase(Locale.ROOT);
    if (SESSION_OPTIONS.contains(name)) {
      throw refused(value);
    }
  }

  private static IllegalArgumentException refused(String option) {
    return new IllegalArgumentException(
        "the ssh option "
            + option
            + " can't be set: it would change the session that the context needs for itself");
  }
}
