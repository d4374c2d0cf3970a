package org.mitogen4j;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.connect.spi.MemoryPipe;
import org.mitogen4j.connect.spi.ProcessId;

/** Two routers share the process of a child. */
@Timeout(60)
class SharedProcessTest {
  private static final int LARGE = 5_000_000;

  /** As long as a router may take to be closed, and some more for a busy machine. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir Path folder;
  private Path one;
  private Path two;

  @BeforeEach
  void twoVersionsOfAClass() throws Exception {
    one = version("one");
    two = version("two");
  }

  private Path version(String text) throws Exception {
    Path source =
        CompiledProgram.write(
            folder.resolve(text + "-src/Version.java"),
            "package plugin; public class Version {"
                + " private static int calls;"
                + " public static String text() { return \""
                + text
                + " \" + ++calls; } }");
    Path classes = folder.resolve(text);
    CompiledProgram.compile(classes, "8", "", source);
    return classes;
  }

  /** A router that sends the classes of a class loader. */
  private static Router router(ClassLoader program) {
    return Router.create(RouterOptions.defaults().classLoader(program));
  }

  private static Object text(ClassLoader program, Context context) throws Exception {
    return context.call(Class.forName("plugin.Version", false, program), "text");
  }

  static String pid() {
    return ProcessId.own();
  }

  static byte[] reversed(byte[] bytes) {
    byte[] all = bytes.clone();
    for (int i = 0; i < all.length; i++) {
      all[i] = bytes[all.length - 1 - i];
    }
    return all;
  }

  static long relays() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("mitogen stream shared process"))
        .count();
  }

  @Test
  void twoVersionsOfAClassRunInOneProcess() throws Exception {
    try (URLClassLoader older = CompiledProgram.loader(one);
        URLClassLoader newer = CompiledProgram.loader(two);
        Router first = router(older);
        Router second = router(newer)) {
      Context host = first.connect(Local.create().name("host"));
      Context shared = second.connect(SharedProcess.with(host));

      assertThat(text(older, host)).isEqualTo("one 1");
      assertThat(text(newer, shared)).isEqualTo("two 1");
      assertThat(text(older, host)).isEqualTo("one 2");
      assertThat(shared.call(SharedProcessTest::pid)).isEqualTo(host.call(SharedProcessTest::pid));
      assertThat(shared.name()).isEqualTo("shared.host");
    }
  }

  @Test
  void largeMessagesPassBothWays() throws Exception {
    try (Router first = Router.create();
        Router second = Router.create()) {
      Context shared =
          second.connect(SharedProcess.with(first.connectAsync(Local.create().name("host"))));
      byte[] bytes = new byte[LARGE];
      new Random(1).nextBytes(bytes);

      assertThat(Arrays.equals(shared.call(SharedProcessTest::reversed, bytes), reversed(bytes)))
          .isTrue();
    }
  }

  @Test
  void theChildEndsWithTheOtherContext() throws Exception {
    try (Router first = Router.create();
        Router second = Router.create()) {
      Context host = first.connect(Local.create());
      Context shared = second.connect(SharedProcess.with(host));
      shared.run(SharedProcessTest::pid);

      host.close();

      assertThat(shared.ended().get(10, SECONDS)).isNotNull();
      assertThatThrownBy(() -> shared.call(SharedProcessTest::pid))
          .isInstanceOf(DisconnectedException.class);
      assertThat(second.self().children()).isEmpty();
    }
    Await.until(() -> relays() == 0);
  }

  @Test
  void theChildEndsWithAProcessThatIsKilled() throws Exception {
    try (Router first = Router.create();
        Router second = Router.create()) {
      Context host = first.connect(Local.create().name("host"));
      Context shared = second.connect(SharedProcess.with(host));

      signal("KILL", host.call(SharedProcessTest::pid));

      assertThatThrownBy(() -> shared.call(SharedProcessTest::pid))
          .isInstanceOf(DisconnectedException.class)
          .hasMessageContaining("the connection through host (1) has ended: host (1) is gone");
    }
    Await.until(() -> relays() == 0);
  }

  @Test
  void theOtherContextLivesOnWhenTheChildEnds() throws Exception {
    try (Router first = Router.create()) {
      Context host = first.connect(Local.create());
      for (int i = 0; i < 3; i++) {
        try (Router second = Router.create()) {
          Context shared = second.connect(SharedProcess.with(host));
          assertThat(shared.call(SharedProcessTest::pid))
              .isEqualTo(host.call(SharedProcessTest::pid));
        }
      }

      Await.until(() -> host.call(SharedProcessTest::relays) == 0);
      Await.until(() -> relays() == 0);
    }
  }

  @Test
  void itsChildrenAreReachedThroughTheProcess() throws Exception {
    try (Router first = Router.create();
        Router second = Router.create()) {
      Context host = first.connect(InProcess.create());
      Context below = second.connect(SharedProcess.with(host)).connect(Local.create());

      assertThat(below.call(SharedProcessTest::pid)).isNotEqualTo(ProcessId.own());
    }
  }

  @Test
  void aProcessThatCanNotBeReachedIsAnError() throws Exception {
    try (Router first = Router.create();
        Router second = Router.create()) {
      Context gone = first.connect(InProcess.create().name("gone"));
      gone.close();
      gone.ended().get(10, SECONDS);
      assertThatThrownBy(() -> second.connect(SharedProcess.with(gone)))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("can't start in the process of gone (1)");
    }
  }

  @Test
  void aProcessThatHangsIsAnErrorAfterTheConnectTimeout() throws Exception {
    try (Router first = Router.create();
        Router second = Router.create()) {
      Context host = first.connect(Local.create().name("host"));
      String pid = host.call(SharedProcessTest::pid);
      signal("STOP", pid);
      try {
        assertThatThrownBy(
                () ->
                    second.connect(SharedProcess.with(host).connectTimeout(Duration.ofSeconds(1))))
            .isInstanceOf(StartException.class)
            .hasMessageContaining("can't start shared.host by shared process of host (1)");
      } finally {
        signal("CONT", pid);
      }
      Await.until(() -> relays() == 0 && host.call(SharedProcessTest::relays) == 0);
    }
  }

  @Test
  void aRouterIsClosedInTimeWhileAStartHangs() throws Exception {
    try (Router first = Router.create()) {
      Context host = first.connect(Local.create().name("host"));
      String pid = host.call(SharedProcessTest::pid);
      Router second = Router.create();
      signal("STOP", pid);
      try {
        Context shared = second.connectAsync(SharedProcess.with(host));
        assertTimeout(LIMIT, second::close);

        assertThatThrownBy(() -> shared.ready().get(10, SECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasMessageMatching("(?s).*(shut down|is closed).*"); // it had begun, or had not
      } finally {
        signal("CONT", pid);
      }
      Await.until(() -> relays() == 0 && host.call(SharedProcessTest::relays) == 0);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // it never returns
  @Test
  void aContextIsClosedInTimeWhileTheProcessTakesNoBytes() throws Exception {
    try (Router first = Router.create()) {
      Context host = first.connect(Local.create().name("host"));
      String pid = host.call(SharedProcessTest::pid);
      try (Router second = Router.create()) {
        Context shared = second.connect(SharedProcess.with(host));
        shared.run(SharedProcessTest::pid);
        signal("STOP", pid);
        try {
          Thread calling =
              new Thread(() -> shared.callAsync(SharedProcessTest::reversed, new byte[LARGE]));
          calling.start();
          Await.until(() -> calling.getState() == Thread.State.WAITING); // no byte goes any more
          assertTimeout(LIMIT, shared::close);

          calling.join();
        } finally {
          signal("CONT", pid);
        }
      }
      Await.until(() -> relays() == 0 && host.call(SharedProcessTest::relays) == 0);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the item does
  @Test
  void aContextThatSendsOtherThingsThanBytesEndsTheConnection() throws Exception {
    for (Object bad : new Object[] {"text", new int[0], null, new byte[LARGE]}) {
      try (Router router = Router.create()) {
        Context child = router.connect(InProcess.create());
        Channel<byte[], byte[]> channel = new Channel<>(router, byte[].class);
        MemoryPipe down = new MemoryPipe();
        MemoryPipe up = new MemoryPipe();
        ChannelRelay relay = new ChannelRelay(channel, down.input(), up.output());
        relay.start();
        child.runAsync(SharedProcessTest::send, channel.other(), bad);

        assertThat(up.input().read()).isEqualTo(-1);
        assertThatThrownBy(() -> down.output().write(1)).isInstanceOf(IOException.class);
        assertThat(relay.failure()).isNotNull();
        Await.until(() -> relays() == 0);
      }
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // as a hostile child
  static void send(Channel channel, Object item) {
    channel.send(item);
  }

  private static void signal(String name, String pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  @Test
  void onlyTheProgramThatHasTheContextCanShareItsProcess() throws Exception {
    try (Router first = Router.create();
        Router second = Router.create()) {
      ConnectionMethod<?> method =
          SharedProcess.with(first.connect(InProcess.create().name("host")));
      Context other = second.connect(InProcess.create());
      assertThatThrownBy(() -> other.connect(method))
          .isInstanceOf(StartException.class)
          .hasMessageContaining("the process of host (1) can't be shared from here");
    }
  }
}
