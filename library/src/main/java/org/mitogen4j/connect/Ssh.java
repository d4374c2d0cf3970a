package org.mitogen4j.connect;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.CommandArgument;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.connect.spi.ProcessConnection;
import org.mitogen4j.connect.spi.ProcessDescendants;

/**
 * A child on another machine, over the system's {@code ssh}. What {@code ~/.ssh/config} says of the
 * host counts, unless a setting here says otherwise. Nothing is ever asked: a login that needs a
 * person fails.
 */
public final class Ssh extends ConnectionMethod<Ssh> {
  private static final long serialVersionUID = 1;

  /** What to do about hosts whose key is not known. A changed key is always refused. */
  public enum HostKeys {
    /** Refuse hosts whose key is not known. */
    ENFORCE("yes"),
    /** Accept and remember a key that is seen for the first time; needs OpenSSH 7.6. */
    ACCEPT_NEW("accept-new"),
    /** Accept any key, and remember none. Anybody in between can read and change all. */
    IGNORE("no");

    private final String option;

    HostKeys(String option) {
      this.option = option;
    }
  }

  /** OpenSSH from 9.6 on refuses these, since shells may see them; and the user's end. */
  private static final String NOT_IN_HOSTS = "'`\"$\\;&<>|(){}@";

  /** As {@link #NOT_IN_HOSTS}; names of Windows domains have a backslash. */
  private static final String NOT_IN_USERS = "'`\";&<>|(){}";

  private final String host;
  private String user;
  private int port;
  private String identityFile;
  private boolean identitiesOnly;
  private HostKeys hostKeys = HostKeys.ENFORCE;
  private boolean compression;
  private List<String> extraArguments = Collections.emptyList();
  private String sshPath = "ssh";
  private Duration keepAlive = Duration.ofSeconds(15);

  private Ssh(String host) {
    this.host = host;
  }

  /**
   * A host by its name, address, or alias in {@code ~/.ssh/config}.
   *
   * @throws IllegalArgumentException for what ssh, or a shell that its configuration hands the name
   *     to, would take for something else: an option, an address with scheme or user, quotes
   */
  public static Ssh host(String host) {
    CommandArgument.name(
        host, "a host (user() and port() are settings of their own)", NOT_IN_HOSTS);
    if (host.contains("://")) {
      throw new IllegalArgumentException(
          "'" + host + "' is not a host: give the name alone; user() and port() are settings");
    }
    return new Ssh(host);
  }

  /**
   * The account there; by default what ssh itself would take.
   *
   * @throws IllegalArgumentException for what ssh would refuse as one
   */
  public Ssh user(String name) {
    CommandArgument.name(name, "an account's name", NOT_IN_USERS);
    if (name.endsWith("\\")) {
      throw new IllegalArgumentException("'" + name + "' is not an account's name");
    }
    return with(m -> m.user = name);
  }

  /** The port there; by default what ssh itself would take. */
  public Ssh port(int number) {
    if (number < 1 || number > 65535) {
      throw new IllegalArgumentException("port " + number + ", must be 1 to 65535");
    }
    return with(m -> m.port = number);
  }

  /** A private key to log in with, besides those that ssh itself would take. */
  public Ssh identityFile(String path) {
    CommandArgument.text(path, "a path of a private key");
    return with(m -> m.identityFile = path);
  }

  /** Whether ssh leaves alone what keys an agent offers. No by default. */
  public Ssh identitiesOnly(boolean only) {
    return with(m -> m.identitiesOnly = only);
  }

  /** What to do about hosts whose key is not known; {@link HostKeys#ENFORCE} by default. */
  public Ssh hostKeys(HostKeys policy) {
    Objects.requireNonNull(policy, "policy");
    return with(m -> m.hostKeys = policy);
  }

  /** Whether ssh compresses; worth it on slow links only. No by default. */
  public Ssh compression(boolean on) {
    return with(m -> m.compression = on);
  }

  /**
   * Further arguments for ssh, such as {@code -o}, {@code ProxyJump=bastion}. They win over what
   * the other settings make.
   */
  public Ssh arguments(String... arguments) {
    List<String> list = Collections.unmodifiableList(new ArrayList<>(Arrays.asList(arguments)));
    list.forEach(argument -> CommandArgument.text(argument, "an argument for ssh"));
    return with(m -> m.extraArguments = list);
  }

  /** The ssh program; by default the one on {@code PATH}. */
  public Ssh sshPath(String path) {
    CommandArgument.path(path, "a path of ssh");
    return with(m -> m.sshPath = path);
  }

  /**
   * After how long a silence ssh asks the host for a sign of life; 15 s by default, 0 for never.
   */
  public Ssh keepAlive(Duration interval) {
    if (interval.isNegative()) {
      throw new IllegalArgumentException("a keep-alive of " + interval);
    }
    return with(m -> m.keepAlive = interval);
  }

  @Override
  public Connection open(Bootstrap bootstrap) throws StartException {
    Process process = ProcessConnection.launch(command(bootstrap));
    return new ProcessConnection(process, toString(), bootstrap.commandPreamble()) {
      @Override
      protected Reason reason(boolean reached, int exitCode, String errors) {
        if (exitCode == 1 && !reached) {
          return Reason.COMMAND_REFUSED; // of nologin, /bin/false and internal-sftp
        } else if (exitCode != 255) {
          return super.reason(reached, exitCode, errors);
        }
        return reached ? Reason.KILLED : sshReason(errors); // it does not tell signals
      }

      @Override
      protected String advice(Reason reason) {
        return sshAdvice(reason, super.advice(reason));
      }

      @Override
      public void release() throws IOException {
        close(); // the child does not notice that ssh ends
      }

      @Override
      public void close() throws IOException {
        ProcessDescendants proxies = ProcessDescendants.of(process);
        super.close();
        proxies.end();
      }
    };
  }

  private List<String> command(Bootstrap bootstrap) {
    List<String> c = new ArrayList<>(Arrays.asList(sshPath, "-T", "-o", "BatchMode=yes"));
    c.addAll(extraArguments); // ssh takes the first of those that contradict
    c.addAll(Arrays.asList("-o", "LogLevel=ERROR", "-o", "ClearAllForwardings=yes"));
    c.addAll(Arrays.asList("-o", "StrictHostKeyChecking=" + hostKeys.option));
    if (hostKeys == HostKeys.IGNORE) {
      c.addAll(Arrays.asList("-o", "UserKnownHostsFile=/dev/null"));
      c.addAll(Arrays.asList("-o", "GlobalKnownHostsFile=/dev/null"));
    }
    long seconds =
        connectTimeout().toMillis() / 1000 + 2; // ours comes first, whose message says more
    c.addAll(Arrays.asList("-o", "ConnectTimeout=" + seconds));
    if (!keepAlive.isZero()) {
      long interval = Math.max(1, keepAlive.toMillis() / 1000);
      c.addAll(Arrays.asList("-o", "ServerAliveInterval=" + interval));
    }
    if (compression) {
      c.add("-C");
    }
    if (user != null) {
      c.addAll(Arrays.asList("-l", user));
    }
    if (port != 0) {
      c.addAll(Arrays.asList("-p", String.valueOf(port)));
    }
    if (identityFile != null) {
      c.addAll(Arrays.asList("-i", identityFile));
    }
    if (identitiesOnly) {
      c.addAll(Arrays.asList("-o", "IdentitiesOnly=yes"));
    }
    c.addAll(Arrays.asList(host, bootstrap.command()));
    return c;
  }

  /** OpenSSH has one exit code for all that goes wrong on the way; its words tell it apart. */
  private static Reason sshReason(String errors) {
    if (errors.contains("Could not resolve hostname")) {
      return Reason.HOST_UNKNOWN;
    } else if (errors.contains("REMOTE HOST IDENTIFICATION HAS CHANGED")) {
      return Reason.HOST_KEY_CHANGED;
    } else if (errors.contains("Host key verification failed")
        || errors.contains("host key is known for")) {
      return Reason.HOST_KEY_UNKNOWN;
    } else if (errors.contains("Permission denied") || errors.contains("Too many authentication")) {
      return Reason.LOGIN_REFUSED;
    } else if (errors.contains("Connection refused")
        || errors.contains("No route to host")
        || errors.contains("Network is unreachable")
        || errors.contains("Connection timed out")
        || errors.contains("Connection reset")
        || errors.contains("Connection closed")) {
      return Reason.UNREACHABLE;
    }
    return Reason.OTHER;
  }

  private static String sshAdvice(Reason reason, String otherwise) {
    switch (reason) {
      case HOST_KEY_UNKNOWN:
        return "; make its key known, or trust keys that are seen for the first time with"
            + " hostKeys(ACCEPT_NEW)";
      case HOST_KEY_CHANGED:
        return "; if that is meant to be, take the old key out of the file that is named";
      case LOGIN_REFUSED:
        return "; nobody is asked for a password, so give a key with identityFile() or by an agent";
      default:
        return otherwise;
    }
  }

  @Override
  public String defaultName() {
    return "ssh." + host;
  }

  @Override
  public String toString() {
    return "ssh " + (user == null ? "" : user + "@") + host + (port == 0 ? "" : ":" + port);
  }
}
