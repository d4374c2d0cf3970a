package org.mitogen4j.benchmarks;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.connect.Ssh;

/**
 * A real sshd on a port of the loopback interface, with keys of its own, for the account that runs
 * this; once as near as that is, and once behind a relay that holds back what passes.
 */
final class Sshd implements AutoCloseable {
  static final String NEAR = "near";
  static final String RELAYED = "relayed";
  static final String FAR = "far";

  /** How long the relay of {@link #FAR} holds bytes back, each way. */
  static final int FAR_MILLIS = 100;

  private final Path folder;
  private final Path clientConfig;
  private final Process process;
  private final Relay relayed;
  private final Relay far;

  Sshd(Path folder) throws IOException, InterruptedException {
    this(folder, FAR_MILLIS);
  }

  /** Holds bytes back for another while, each way, on the way to {@link #FAR}. */
  Sshd(Path folder, int farMillis) throws IOException, InterruptedException {
    this(folder, freePort(), farMillis);
  }

  /** On a port that nobody has. */
  Sshd(Path folder, int port, int farMillis) throws IOException, InterruptedException {
    this.folder = folder;
    makeKey("host");
    makeKey("user");
    if (System.getProperty("user.name").equals("root")) {
      Files.createDirectories(Path.of("/run/sshd")); // sshd refuses to start without
    }
    Path config = folder.resolve("sshd_config");
    Files.write(
        config,
        List.of(
            "Port " + port,
            "ListenAddress 127.0.0.1",
            "HostKey " + folder.resolve("host"),
            "AuthorizedKeysFile " + folder.resolve("user.pub"),
            "StrictModes no",
            "PasswordAuthentication no",
            "UsePAM no",
            "PidFile none"));
    process =
        new ProcessBuilder(find().toString(), "-D", "-e", "-f", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sshd.log").toFile())
            .start();
    awaitPort(port);
    relayed = new Relay(port, 0);
    far = new Relay(port, farMillis);
    clientConfig = folder.resolve("ssh_config");
    List<String> lines = new ArrayList<>();
    addHost(lines, NEAR, port);
    addHost(lines, RELAYED, relayed.port());
    addHost(lines, FAR, far.port());
    Files.write(clientConfig, lines);
    String hostKey = Files.readString(folder.resolve("host.pub"));
    Files.writeString(folder.resolve("known_hosts"), "bench " + hostKey);
  }

  private void addHost(List<String> lines, String name, int port) {
    lines.addAll(
        List.of(
            "Host " + name,
            "  HostName 127.0.0.1",
            "  Port " + port,
            "  HostKeyAlias bench",
            "  UserKnownHostsFile " + folder.resolve("known_hosts"),
            "  IdentityFile " + folder.resolve("user"),
            "  IdentitiesOnly yes"));
  }

  /** A context on one of the hosts. */
  Ssh method(String host) {
    return Ssh.host(host).arguments("-F", clientConfig.toString());
  }

  /** A command on one of the hosts. */
  List<String> command(String host, String remote) {
    return List.of("ssh", "-F", clientConfig.toString(), "-T", "-o", "BatchMode=yes", host, remote);
  }

  private static Path find() throws IOException {
    String places = System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin:/sbin";
    for (String place : places.split(File.pathSeparator)) {
      Path sshd = Path.of(place, "sshd");
      if (Files.isExecutable(sshd)) {
        return sshd;
      }
    }
    throw new IOException("no sshd on this machine: install OpenSSH's server");
  }

  private void makeKey(String name) throws IOException, InterruptedException {
    String file = folder.resolve(name).toString();
    BareJvm.run(List.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitPort(int port) throws IOException, InterruptedException {
    for (int i = 0; ; i++) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException e) {
        if (i == 100 || !process.isAlive()) {
          throw new IOException("sshd: " + Files.readString(folder.resolve("sshd.log")), e);
        }
        Thread.sleep(50);
      }
    }
  }

  @Override
  public void close() throws IOException {
    far.close();
    relayed.close();
    process.destroy();
  }
}
