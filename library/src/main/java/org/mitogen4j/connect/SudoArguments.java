package org.mitogen4j.connect;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks the further arguments for sudo that a program gives, reading them as sudo does. */
final class SudoArguments {
  /** Options that are followed by a value. */
  private static final String WITH_VALUE = "acCDghprRtTuU";

  /** Options that stand alone. */
  private static final String ALONE = "AbBEeHiKklNnPSsVv";

  /** Options that run something else, ask in another way, or name an account. */
  private static final String REFUSED = "AbehKklnpSsUuVv";

  /** The long names of options, as short ones. */
  private static final Map<String, Character> LONG = new HashMap<>();

  static {
    String[] names = {
      "askpass=A",
      "auth-type=a",
      "background=b",
      "bell=B",
      "login-class=c",
      "close-from=C",
      "chdir=D",
      "preserve-env=E",
      "edit=e",
      "group=g",
      "set-home=H",
      "help=h",
      "host=h",
      "login=i",
      "remove-timestamp=K",
      "reset-timestamp=k",
      "list=l",
      "no-update=N",
      "non-interactive=n",
      "preserve-groups=P",
      "prompt=p",
      "chroot=R",
      "role=r",
      "stdin=S",
      "shell=s",
      "type=t",
      "command-timeout=T",
      "other-user=U",
      "user=u",
      "version=V",
      "validate=v"
    };
    for (String name : names) {
      int at = name.indexOf('=');
      LONG.put(name.substring(0, at), name.charAt(at + 1));
    }
  }

  private SudoArguments() {}

  /**
   * Checks arguments.
   *
   * @throws IllegalArgumentException for arguments with which no context can start
   */
  static void check(List<String> arguments) {
    read(arguments);
  }

  /** Whether the arguments make sudo run a login shell. */
  static boolean hasLogin(List<String> arguments) {
    return read(arguments).contains('i');
  }

  private static Set<Character> read(List<String> arguments) {
    Set<Character> found = new HashSet<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.startsWith("--") && argument.length() > 2) {
        i += readLong(arguments, i, found);
      } else if (argument.startsWith("-") && argument.length() > 1 && !argument.equals("--")) {
        i += readShort(arguments, i, found);
      } else {
        throw new IllegalArgumentException(
            "'" + argument + "' among the arguments is no option of sudo");
      }
    }
    return found;
  }

  /** Reads one argument of short options; returns how many arguments follow that are its own. */
  private static int readShort(List<String> arguments, int index, Set<Character> found) {
    String argument = arguments.get(index);
    for (int at = 1; at < argument.length(); at++) {
      char option = argument.charAt(at);
      add("-" + option, option, found);
      if (WITH_VALUE.indexOf(option) >= 0) {
        return at + 1 < argument.length() ? 0 : value(arguments, index, "-" + option);
      }
    }
    return 0;
  }

  private static int readLong(List<String> arguments, int index, Set<Character> found) {
    String[] parts = arguments.get(index).substring(2).split("=", 2);
    Character option = LONG.get(parts[0]);
    add("--" + parts[0], option == null ? '-' : option, found);
    boolean takesValue = WITH_VALUE.indexOf(option) >= 0;
    return takesValue && parts.length == 1 ? value(arguments, index, "--" + parts[0]) : 0;
  }

  private static void add(String shown, char option, Set<Character> found) {
    if (WITH_VALUE.indexOf(option) < 0 && ALONE.indexOf(option) < 0) {
      throw new IllegalArgumentException(shown + " is no option of sudo");
    } else if (REFUSED.indexOf(option) >= 0) {
      throw new IllegalArgumentException(
          "the sudo option "
              + shown
              + " can't be set: the account, the command, and how a password is asked for, are"
              + " settled by the connection method");
    }
    found.add(option);
  }

  private static int value(List<String> arguments, int index, String option) {
    if (index + 1 == arguments.size()) {
      throw new IllegalArgumentException("the sudo option " + option + " lacks its value");
    }
    return 1;
  }
}
