package org.mitogen4j.connect;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the key of a server that ssh does not know. It runs ssh once more with the same options and
 * a command that is to look up known keys ({@code KnownHostsCommand}, OpenSSH 8.5), which gets the
 * key.
 */
final class SshHostKey {
  private static final String MARK = "mitogen-key ";

  private SshHostKey() {}

  /**
   * The fingerprint, and the line that would trust the key, for an error message.
   *
   * @param options the command line of ssh up to the host; not changed
   * @return a text that begins with a semicolon; empty if ssh does not tell the key
   */
  static String advice(List<String> options, String host) {
    List<String> command = new ArrayList<>(options.subList(0, 1));
    String echo = "/bin/sh -c \"echo " + MARK + "%f %H %t %K >&2\"";
    command.addAll(Arrays.asList("-o", "KnownHostsCommand=" + echo));
    command.addAll(Arrays.asList("-o", "PreferredAuthentications=none", "-o", "BatchMode=yes"));
    command.addAll(options.subList(1, options.size()));
    command.addAll(Arrays.asList(host, "true"));
    String[] words = ask(command).split(" ", 2);
    return words.length < 2
        ? ""
        : "; its key has the fingerprint "
            + words[0]
            + ": if the administrator of the host says the same, trust it with this line in"
            + " ~/.ssh/known_hosts: "
            + words[1];
  }

  private static String ask(List<String> command) {
    String found = "";
    try {
      for (String line : SshProbe.lines(command, Redirect.PIPE)) {
        boolean tells = line.startsWith(MARK) && !line.startsWith(MARK + "NONE");
        if (tells && found.isEmpty()) { // ssh also asks before it has the key
          found = line.substring(MARK.length());
        }
      }
    } catch (IOException e) {
      // the failure that is reported says more
    }
    return found;
  }
}
