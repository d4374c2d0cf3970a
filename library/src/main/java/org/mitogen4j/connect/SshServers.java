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
 * Which ssh servers take the connections of a command: the host's and those of jump hosts, as ssh
 * itself tells by its option -G. It connects to none.
 */
final class SshServers {
  /** Jump hosts that have jump hosts are followed so deep. */
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
   * The servers, each by address and port as they are configured.
   *
   * @param arguments as for a connection, up to the host
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
      servers.add(proxy); // with %h for the host: hosts that share it go the same way
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

  /** What ssh would do, by the names of its options; nothing where it does not say. */
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
      // the start says more
    }
    return told;
  }
}
