package org.mitogen4j.connect;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the ssh servers that a command logs in to: the host and its jump hosts, as ssh itself
 * prints them by its option -G. It connects to none.
 */
final class SshServers {
  /** The most jump hosts of jump hosts that are followed. */
  private static final int MOST_JUMPS = 8;

  private final String sshPath;
  private final List<String> configuration;
  private final Set<String> servers = new LinkedHashSet<>();

  /**
   * @param configuration the arguments that name a configuration file, which jumps use, too
   */
  SshServers(String sshPath, List<String> configuration) {
    this.sshPath = sshPath;
    this.configuration = configuration;
  }

  /**
   * The servers, each by the configured address and port.
   *
   * @param arguments the command line of ssh up to the host
   */
  Set<String> of(List<String> arguments, String host) {
    add(arguments, host, 0);
    return servers;
  }

  private void add(List<String> arguments, String host, int jumps) {
    List<String> command = new ArrayList<>(arguments);
    command.addAll(Arrays.asList("-G", host));
    Map<String, String> told = ask(command);
    String name = told.getOrDefault("hostname", host);
    if (!servers.add(name + ":" + told.getOrDefault("port", "22")) || jumps == MOST_JUMPS) {
      return;
    }
    String jump = told.getOrDefault("proxyjump", "none");
    String proxy = told.getOrDefault("proxycommand", "none");
    if (!jump.equals("none")) {
      for (String each : jump.split(",")) {
        addJump(each.trim(), jumps + 1);
      }
    } else if (!proxy.equals("none")) {
      servers.add(proxy); // with %h for the host: hosts that share it use the same proxy
    }
  }

  /** Adds a jump host, which is given as {@code user@host:port}, or as an address of type ssh. */
  private void addJump(String jump, int jumps) {
    String place = jump.replaceFirst("^ssh://", "");
    place = place.substring(place.lastIndexOf('@') + 1);
    List<String> arguments = new ArrayList<>();
    arguments.add(sshPath);
    arguments.addAll(configuration);
    int colon = place.lastIndexOf(':');
    if (colon > place.lastIndexOf(']') && colon == place.indexOf(':')
        || place.startsWith("[") && colon > place.lastIndexOf(']')) {
      arguments.addAll(Arrays.asList("-p", place.substring(colon + 1)));
      place = place.substring(0, colon);
    }
    if (place.startsWith("[") && place.endsWith("]")) {
      place = place.substring(1, place.length() - 1);
    }
    if (!place.isEmpty() && !place.startsWith("-")) {
      add(arguments, place, jumps);
    }
  }

  /** The configuration that ssh would use, by the names of its options; empty if ssh fails. */
  private static Map<String, String> ask(List<String> command) {
    Map<String, String> told = new HashMap<>();
    try {
      for (String line : SshProbe.lines(command, Redirect.to(SshProbe.NOTHING))) {
        int space = line.indexOf(' ');
        if (space > 0) {
          told.putIfAbsent(line.substring(0, space), line.substring(space + 1));
        }
      }
    } catch (IOException e) {
      // then the start itself fails, with a better message
    }
    return told;
  }
}
