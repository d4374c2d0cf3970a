package org.mitogen4j.connect;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.CommandArgument;
import org.mitogen4j.connect.spi.CommandLine;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.connect.spi.ProcessConnection;
import org.mitogen4j.connect.spi.ProcessDescendants;

/**
 * A child on another machine, over the system's {@code ssh}. Settings here override those in {@code
 * ~/.ssh/config}. Without {@link #password}, {@link #passphrase} or {@link #answer} ssh is run so
 * that it never asks: it logs in with keys, agents and certificates. With one of these settings ssh
 * asks, and each answer is given once: by {@code SSH_ASKPASS}, or for an OpenSSH before 8.4 on a
 * terminal that perl, python or util-linux's {@code script} provides on this machine.
 *
 * <p>A shared connection of ssh ({@code ControlMaster}) is used when the user's configuration names
 * its {@code ControlPath} and its master process runs. This method never makes a shared connection,
 * since that would end with its first session. A security key (FIDO) has to be touched within
 * {@link #connectTimeout}; its PIN is an {@link #answer}.
 */
public final class Ssh extends ConnectionMethod<Ssh> {
  private static final long serialVersionUID = 1;

  /** The policies for hosts whose key is not known. A changed key is refused by all but IGNORE. */
  public enum HostKeys {
    /** Refuse hosts whose key is not known. */
    ENFORCE("yes"),
    /** Accept and remember a key that is seen for the first time; needs OpenSSH 7.6. */
    ACCEPT_NEW("accept-new"),
    /** Accept any key, and remember none. Insecure: a man in the middle can read and change all. */
    IGNORE("no");

    private final String option;

    HostKeys(String option) {
      this.option = option;
    }
  }

  /** Characters that OpenSSH from 9.6 on refuses, since shells may see them; '@' ends a user. */
  private static final String NOT_IN_HOSTS = "'`\"$\\;&<>|(){}@";

  /** As {@link #NOT_IN_HOSTS}; names of Windows domains have a backslash. */
  private static final String NOT_IN_USERS = "'`\";&<>|(){}";

  /**
   * Options that a session needs, whatever the user's configuration says. Older versions of ssh do
   * not know some of these, and ignore them: no configuration for such a version has them.
   */
  private static final List<String> SESSION =
      Collections.unmodifiableList(
          Arrays.asList(
              "IgnoreUnknown=*",
              "RemoteCommand=none", // since 7.6
              "SessionType=default", // since 8.7, as the next two
              "StdinNull=no",
              "ForkAfterAuthentication=no",
              "PermitLocalCommand=no", // it would read what is sent
              "ControlMaster=no", // a master ends with its first session; one that runs is used
              "Tunnel=no",
              "LogLevel=ERROR",
              "ClearAllForwardings=yes"));

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
  private int loginsAtOnce = 8;
  private Secret password;
  private Secret passphrase;
  private Map<String, Secret> answers = Collections.emptyMap();
  private String jumpHosts;

  private Ssh(String host) {
    this.host = host;
  }

  /**
   * Makes a connection method for a host.
   *
   * @param host its name, address, or alias in {@code ~/.ssh/config}; without account and port,
   *     which are settings of their own
   * @return a method with the default settings
   * @throws IllegalArgumentException for a text that ssh, or a shell that ssh's configuration
   *     passes the name to, would take for something else: an option, a URL, an account, quotes
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
   * Sets the account on the host; by default the one that ssh itself would use.
   *
   * @param name the account's name
   * @return a changed copy
   * @throws IllegalArgumentException for a name that ssh would refuse
   */
  public Ssh user(String name) {
    CommandArgument.name(name, "an account's name", NOT_IN_USERS);
    if (name.endsWith("\\")) {
      throw new IllegalArgumentException("'" + name + "' is not an account's name");
    }
    return with(m -> m.user = name);
  }

  /**
   * Sets the port of the host; by default the one that ssh itself would use.
   *
   * @param number 1 to 65535
   * @return a changed copy
   * @throws IllegalArgumentException for any other number
   */
  public Ssh port(int number) {
    if (number < 1 || number > 65535) {
      throw new IllegalArgumentException("port " + number + ", must be 1 to 65535");
    }
    return with(m -> m.port = number);
  }

  /**
   * Sets a private key to log in with, in addition to those that ssh itself would use.
   *
   * @param path on the machine of the context that starts the child
   * @return a changed copy
   */
  public Ssh identityFile(String path) {
    CommandArgument.text(path, "a path of a private key");
    return with(m -> m.identityFile = path);
  }

  /**
   * Sets whether ssh uses only the keys that it is configured for, and not all that an agent
   * offers.
   *
   * @param only false by default
   * @return a changed copy
   */
  public Ssh identitiesOnly(boolean only) {
    return with(m -> m.identitiesOnly = only);
  }

  /**
   * Sets the policy for hosts whose key is not known.
   *
   * @param policy {@link HostKeys#ENFORCE} by default
   * @return a changed copy
   */
  public Ssh hostKeys(HostKeys policy) {
    Objects.requireNonNull(policy, "policy");
    return with(m -> m.hostKeys = policy);
  }

  /**
   * Sets the account's password, for servers that ask for one: by the method password, or by
   * keyboard-interactive. The passphrase of a key is set by {@link #passphrase}. It is given once,
   * to the first server that asks: where a jump host asks for a password, too, set an {@link
   * #answer} for each instead, such as {@code answer("joe@bastion", ...)}.
   *
   * @param secret is sent to the context that starts the child
   * @return a changed copy
   */
  public Ssh password(Secret secret) {
    Objects.requireNonNull(secret, "secret");
    return with(m -> m.password = secret);
  }

  /**
   * Sets the passphrase of encrypted private keys; it is given once for each key. Without it, such
   * keys are skipped.
   *
   * @param secret is sent to the context that starts the child
   * @return a changed copy
   */
  public Ssh passphrase(Secret secret) {
    Objects.requireNonNull(secret, "secret");
    return with(m -> m.passphrase = secret);
  }

  /**
   * Adds an answer to another question of the server, such as for a one-time code. May be called
   * for several questions; these answers are tried ahead of {@link #password}.
   *
   * @param prompt a regular expression that matches a part of the question, in which each run of
   *     blanks is one space
   * @param secret is sent to the context that starts the child
   * @return a changed copy
   * @throws IllegalArgumentException when it is not a regular expression
   */
  public Ssh answer(String prompt, Secret secret) {
    Objects.requireNonNull(secret, "secret");
    Map<String, Secret> more = new LinkedHashMap<>(answers);
    more.put(PromptingMethod.expression(prompt), secret);
    return with(m -> m.answers = more);
  }

  /**
   * Sets hosts on the way, each reached from the one before, by ssh's own tunnels: no context runs
   * in them. By default those in {@code ~/.ssh/config}, whose settings for these hosts apply.
   *
   * @param hosts each a host name, {@code user@host} or {@code user@host:port}
   * @return a changed copy
   * @throws IllegalArgumentException when one can't be a host, and when none is given
   */
  public Ssh jumpHosts(String... hosts) {
    for (String each : hosts) {
      CommandArgument.name(each, "a jump host", "'`\"$\\;&<>|(){},");
      CommandArgument.name(each.substring(each.lastIndexOf('@') + 1), "a jump host");
    }
    if (hosts.length == 0) {
      throw new IllegalArgumentException("no jump host is given");
    }
    String all = String.join(",", hosts);
    return with(m -> m.jumpHosts = all);
  }

  /**
   * Sets whether ssh compresses, which is worth it on slow links only.
   *
   * @param on false by default
   * @return a changed copy
   */
  public Ssh compression(boolean on) {
    return with(m -> m.compression = on);
  }

  /**
   * Sets further arguments for ssh, such as {@code -o}, {@code ProxyJump=bastion}. They win over
   * the other settings. None by default.
   *
   * @param arguments options of ssh; they replace those that were set before
   * @return a changed copy
   * @throws IllegalArgumentException for options that would take away the session that a context
   *     needs, such as {@code -N}, {@code -f} or {@code -t}, and for a word that is no option
   */
  public Ssh arguments(String... arguments) {
    List<String> list = Collections.unmodifiableList(new ArrayList<>(Arrays.asList(arguments)));
    list.forEach(argument -> CommandArgument.text(argument, "an argument for ssh"));
    SshArguments.check(list);
    return with(m -> m.extraArguments = list);
  }

  /**
   * Sets how many starts may log in to the same server at the same time: to this host, or to a jump
   * host on the way that {@code ~/.ssh/config} names. 8 by default, since sshd by default refuses
   * some of more than 10 (its option {@code MaxStartups}). Further starts wait for their turn;
   * their connect timeout begins with it. A login that is refused all the same is tried again until
   * the connect timeout, after growing pauses.
   *
   * @param most 1 or more
   * @return a changed copy
   * @throws IllegalArgumentException for less than 1
   */
  public Ssh loginsAtOnce(int most) {
    if (most < 1) {
      throw new IllegalArgumentException(most + " logins at once, must be 1 or more");
    }
    return with(m -> m.loginsAtOnce = most);
  }

  @Override
  public int loginsAtOnce() {
    return loginsAtOnce;
  }

  /**
   * Sets the ssh program; by default the one on {@code PATH}.
   *
   * @param path a path, or a name on {@code PATH}
   * @return a changed copy
   */
  public Ssh sshPath(String path) {
    CommandArgument.path(path, "a path of ssh");
    return with(m -> m.sshPath = path);
  }

  /**
   * Sets the silence after which ssh asks the host for a sign of life; 15 seconds by default.
   *
   * @param interval rounded down to whole seconds, at least one; zero for never
   * @return a changed copy
   * @throws IllegalArgumentException for a negative interval
   */
  public Ssh keepAlive(Duration interval) {
    if (interval.isNegative()) {
      throw new IllegalArgumentException("a keep-alive of " + interval);
    }
    return with(m -> m.keepAlive = interval);
  }

  @Override
  public Connection open(Bootstrap bootstrap) throws IOException {
    if (!hasAnswers()) {
      CommandLine line = commandLine(bootstrap);
      return connection(line.launch(), line.input());
    }
    ConnectDeadline deadline = new ConnectDeadline(connectTimeout());
    SshLogin login = new SshLogin(bootstrap.token());
    List<String> words = command(login.remoteCommand(bootstrap.readScript()));
    CommandLine line = CommandLine.of(words, bootstrap.commandPreamble());
    try (SshAskpass askpass = SshAskpass.create(sshPath, bootstrap.token())) {
      line = askpass == null ? login.onTerminal(line) : line.environment(askpass.environment());
      Process process = line.launch();
      ProcessConnection connection = connection(process, line.input());
      login.answer(process, connection, askpass, answers, password, passphrase, deadline);
      return connection;
    }
  }

  @Override
  public CommandLine commandLine(Bootstrap bootstrap) {
    byte[] input = bootstrap.commandPreamble();
    if (!hasAnswers()) {
      return CommandLine.of(command(bootstrap.command()), input);
    }
    SshLogin login = new SshLogin(bootstrap.token());
    List<String> words = command(login.remoteCommand(bootstrap.readScript()));
    CommandLine line =
        CommandLine.of(words, input)
            .environment(SshAskpass.environment(SshAskpass.UNKNOWN_FOLDER))
            .remark(
                SshAskpass.UNKNOWN_FOLDER
                    + " is a private folder, for the time of the login; an ssh before 8.4 gets a"
                    + " terminal to ask on");
    for (Map.Entry<String, Secret> answer : answers.entrySet()) {
      line = line.remark(PromptConversation.remark(answer.getKey(), answer.getValue()));
    }
    if (password != null) {
      line = line.remark(PromptConversation.remark(null, password));
    }
    return passphrase == null
        ? line
        : line.remark("each encrypted key's passphrase is given once, as " + passphrase);
  }

  private boolean hasAnswers() {
    return password != null || passphrase != null || !answers.isEmpty();
  }

  private ProcessConnection connection(Process process, byte[] input) {
    return new ProcessConnection(process, toString(), input) {
      /**
       * The error output of ssh, kept for {@link #advice}, which is called after {@link #reason}.
       */
      private volatile String lastErrors = "";

      /** What was found out of the host's key, which takes a connection; null before. */
      private volatile String hostKey;

      @Override
      protected Reason reason(boolean reached, int exitCode, String errors) {
        lastErrors = errors;
        if (exitCode == 1 && !reached) {
          return Reason.COMMAND_REFUSED; // of nologin, /bin/false and internal-sftp
        } else if (exitCode != 255) {
          return super.reason(reached, exitCode, errors);
        }
        return reached ? Reason.KILLED : SshFailure.reason(errors); // it does not tell signals
      }

      @Override
      protected String advice(Reason reason) {
        String own = SshFailure.advice(reason, lastErrors, loginsAtOnce, this::hostKey);
        return own == null ? super.advice(reason) : own;
      }

      private String hostKey() {
        if (hostKey == null) {
          hostKey = SshHostKey.advice(options(), host);
        }
        return hostKey;
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

  @Override
  public Collection<String> loginServers() {
    SshServers servers = new SshServers(sshPath, SshArguments.check(extraArguments));
    return servers.of(options(), host);
  }

  @Override
  public String loginRoute() {
    return String.join("\0", options()) + "\0" + host;
  }

  private List<String> command(String remote) {
    List<String> c = options();
    c.addAll(Arrays.asList(host, remote));
    return c;
  }

  /** The command line up to the host. */
  private List<String> options() {
    List<String> c = new ArrayList<>(Arrays.asList(sshPath, "-T", "-o"));
    c.add(hasAnswers() ? "BatchMode=no" : "BatchMode=yes");
    c.addAll(extraArguments); // ssh takes the first of those that contradict
    for (String option : SESSION) {
      c.addAll(Arrays.asList("-o", option));
    }
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
    if (hasAnswers()) {
      c.addAll(Arrays.asList("-o", "NumberOfPasswordPrompts=1"));
    }
    if (jumpHosts != null) {
      c.addAll(Arrays.asList("-J", jumpHosts));
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
    return c;
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
