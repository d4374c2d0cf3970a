package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.Await;
import org.mitogen4j.Call;
import org.mitogen4j.Router;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * Starts that share a server are limited together; logins that it does not take are tried again.
 */
@Timeout(60)
class LoginTurnsTest {
  private static final int AT_ONCE = 2;

  @TempDir Path temp;

  static int one() {
    return 1;
  }

  /** How many logins are under way at each server, and the most that were. */
  private static final class Server {
    private int now; // guarded by this
    private int most; // guarded by this

    synchronized void begin(long millis) throws IOException {
      most = Math.max(most, ++now);
      notifyAll();
      long until = System.nanoTime() + millis * 1_000_000;
      try {
        for (long left = millis; now <= AT_ONCE && left > 0; ) { // for one too many to come in
          wait(left);
          left = (until - System.nanoTime()) / 1_000_000;
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }

    synchronized void end() {
      now--;
    }

    synchronized int most() {
      return most;
    }
  }

  /** In-process contexts, behind servers that take two logins at a time. */
  private static final class Behind extends ConnectionMethod<Behind> {
    private static final long serialVersionUID = 1;
    private final transient List<Server> servers;
    private final String name;
    private final long millis;

    Behind(String name, long millis, Server... servers) {
      this.name = name;
      this.millis = millis;
      this.servers = List.of(servers);
    }

    @Override
    public int loginsAtOnce() {
      return AT_ONCE;
    }

    @Override
    public Collection<String> loginServers() {
      return servers.stream().map(s -> "" + System.identityHashCode(s)).toList();
    }

    @Override
    public Connection open(Bootstrap bootstrap) throws IOException {
      for (Server server : servers) {
        server.begin(millis);
      }
      Connection inner = InProcess.create().open(bootstrap);
      InputStream in =
          new FilterInputStream(inner.input()) {
            private boolean heard;

            @Override
            public int read() throws IOException {
              hear();
              return super.read();
            }

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
              hear();
              return super.read(b, off, len);
            }

            private void hear() {
              if (!heard) {
                heard = true;
                servers.forEach(Server::end);
              }
            }
          };
      return new Connection() {
        @Override
        public InputStream input() {
          return in;
        }

        @Override
        public java.io.OutputStream output() {
          return inner.output();
        }

        @Override
        public byte[] preamble() {
          return inner.preamble();
        }

        @Override
        public InputStream errors() {
          return null;
        }

        @Override
        public StartException failure(boolean reached, String printed, String errors) {
          return inner.failure(reached, printed, errors);
        }

        @Override
        public void close() throws IOException {
          inner.close();
        }
      };
    }

    @Override
    public String defaultName() {
      return name;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @Test
  void startsThatShareAServerAreLimitedTogetherAndWaitBesidesTheirConnectTimeout()
      throws Exception {
    Server bastion = new Server();
    try (Router router = Router.create()) {
      List<Call<Integer>> calls = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        Behind method =
            new Behind("host" + i, 800, bastion, new Server())
                .connectTimeout(Duration.ofSeconds(3)); // the last one begins after 4 times 1.6 s
        calls.add(router.connectAsync(method).callAsync(LoginTurnsTest::one));
      }
      for (Call<Integer> call : calls) {
        assertThat(call.get()).isEqualTo(1);
      }
    }
    assertThat(bastion.most()).isEqualTo(AT_ONCE);
  }

  @Test
  void startsAtOtherServersDoNotWait() throws Exception {
    List<Server> servers = Stream.generate(Server::new).limit(4).toList();
    long begin = System.nanoTime();
    try (Router router = Router.create()) {
      List<Call<Integer>> calls = new ArrayList<>();
      for (Server server : servers) {
        Behind method = new Behind("host" + server.hashCode(), 3000, server);
        calls.add(router.connectAsync(method).callAsync(LoginTurnsTest::one));
      }
      for (Call<Integer> call : calls) {
        assertThat(call.get()).isEqualTo(1);
      }
    }
    assertThat((System.nanoTime() - begin) / 1_000_000).isLessThan(9000); // four in a row: 12,000
  }

  /** A program in place of ssh that fails some times by these words, and then runs the command. */
  private Ssh failing(int times, String words) throws IOException {
    Path ssh = temp.resolve("ssh");
    Files.writeString(
        ssh,
        "#!/bin/sh\ncd '"
            + temp
            + "'\necho x >>tries\n"
            + "if [ $(wc -l <tries) -le "
            + times
            + " ]; then echo '"
            + words
            + "' >&2; exit 255; fi\n"
            + "for last; do :; done\nexec sh -c \"$last\"\n");
    assertThat(ssh.toFile().setExecutable(true)).isTrue();
    return Ssh.host("web1").sshPath(ssh.toString());
  }

  private int tries() throws IOException {
    return Files.readAllLines(temp.resolve("tries")).size();
  }

  @Test
  void aLoginThatTheServerDoesNotTakeIsTriedAgain() throws Exception {
    String words = "kex_exchange_identification: Connection closed by remote host";
    try (Router router = Router.create()) {
      assertThat(router.connect(failing(3, words)).call(LoginTurnsTest::one)).isEqualTo(1);
    }
    assertThat(tries()).isEqualTo(4);
  }

  @Test
  void whatNeverIsTakenEndsWithTheConnectTimeoutAndSaysWhatToDo() throws Exception {
    String words = "Connection reset by 10.0.0.1 port 22";
    Ssh method = failing(Integer.MAX_VALUE, words).connectTimeout(Duration.ofSeconds(2));
    try (Router router = Router.create()) {
      assertThatThrownBy(() -> router.connect(method))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("times within the connect timeout of 2000 ms")
          .hasMessageContaining("MaxStartups")
          .hasMessageContaining("loginsAtOnce(), which is 8")
          .hasMessageContaining(words)
          .extracting(e -> ((StartException) e).reason())
          .isEqualTo(Reason.BUSY);
    }
    assertThat(tries()).isBetween(3, 7);
  }

  @Test
  void whatFailsForAnotherReasonIsNotTriedAgain() throws Exception {
    Ssh method = failing(1, "user@web1: Permission denied (publickey).");
    try (Router router = Router.create()) {
      assertThatThrownBy(() -> router.connect(method))
          .extracting(e -> ((StartException) e).reason())
          .isEqualTo(Reason.LOGIN_REFUSED);
    }
    assertThat(tries()).isEqualTo(1);
  }

  @Test
  void closingTheRouterEndsThePauseAndTheWaitForATurn() throws Exception {
    Ssh method =
        failing(Integer.MAX_VALUE, "Connection closed by 10.0.0.1 port 22").loginsAtOnce(1);
    List<Call<Integer>> calls = new ArrayList<>();
    long begin;
    try (Router router = Router.create()) {
      for (int i = 0; i < 3; i++) {
        calls.add(router.connectAsync(method).callAsync(LoginTurnsTest::one));
      }
      Await.until(() -> Files.exists(temp.resolve("tries")));
      begin = System.nanoTime();
    }
    for (Call<Integer> call : calls) {
      assertThatThrownBy(call::get).hasCauseInstanceOf(org.mitogen4j.DisconnectedException.class);
    }
    assertThat((System.nanoTime() - begin) / 1_000_000).isLessThan(10_000); // not 30 s
  }
}
