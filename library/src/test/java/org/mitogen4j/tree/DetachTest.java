package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.Await;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Logged;
import org.mitogen4j.Receiver;
import org.mitogen4j.Router;
import org.mitogen4j.RouterOptions;
import org.mitogen4j.Sender;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** A context that lives on without its parent, and is found again by its door. */
class DetachTest {
  @TempDir Path folder;

  /** What the detached program counts; static in its own JVM. */
  static final AtomicInteger ROUNDS = new AtomicInteger();

  static final CountDownLatch STOP = new CountDownLatch(1);

  static int twice(int n) {
    return 2 * n;
  }

  /** Runs in the child: goes on calling its own child when its parent is gone. */
  static void live(String door) throws Exception {
    Router router = Router.current();
    Context child = router.connect(Local.create().name("worker"));
    child.call(DetachTest::twice, 1);
    router.listen(Path.of(door));
    router.detach();
    while (!STOP.await(10, TimeUnit.MILLISECONDS)) {
      ROUNDS.addAndGet(child.call(DetachTest::twice, 1));
    }
    router.close();
  }

  static int state() {
    return ROUNDS.get();
  }

  static String tree() {
    return Router.current().describe();
  }

  static void stop() {
    STOP.countDown();
  }

  static final List<Object> KEPT = new ArrayList<>();
  private static volatile long sent;

  static Sender<byte[]> open() {
    Receiver<byte[]> receiver = Router.current().receiver();
    KEPT.add(receiver);
    return receiver.sender();
  }

  /** Sends to a sibling that takes nothing, and tells by a file how that ended. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread alone writes
  static void flood(Sender<byte[]> sender, String file) throws Exception {
    Thread thread =
        new Thread(
            () -> {
              String end = "";
              try {
                for (; ; ) {
                  sender.send(new byte[10_000]);
                  sent++;
                }
              } catch (RuntimeException e) {
                end = e.toString();
              }
              try {
                Files.writeString(Path.of(file + ".new"), end);
                Files.move(Path.of(file + ".new"), Path.of(file));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    thread.start();
    Await.until(() -> sent > 0);
    Await.untilSteady(20, () -> sent);
  }

  static void detachWhileItWaits(Sender<byte[]> own, Sender<byte[]> childs, String file)
      throws Exception {
    Router router = Router.current();
    Context worker = router.connect(Local.create().name("worker"));
    worker.run(DetachTest::flood, childs, file + ".worker");
    flood(own, file + ".own");
    router.detach();
    STOP.await();
  }

  private long pid = -1;

  @AfterEach
  void leaveNothing() {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void aDetachedTreeLivesOnAndIsFoundAgainByItsDoor() throws Exception {
    String door = folder.resolve("door").toString();
    long workerPid;
    try (Router master = Router.create()) {
      Context child = master.connect(Local.create());
      pid = child.call(() -> ProcessHandle.current().pid());
      assertThatThrownBy(() -> child.run(DetachTest::live, door))
          .isInstanceOf(DisconnectedException.class)
          .hasMessageContaining("has detached");
      assertThat(master.contexts()).isEmpty();
    }
    assertThat(ProcessHandle.of(pid)).as("the detached JVM lives").isPresent();

    try (Router guest = Router.attach(Path.of(door))) {
      Context detached = guest.parents().get(0);
      int before = detached.call(DetachTest::state);
      Await.until(() -> detached.call(DetachTest::state) > before);
      String tree = detached.call(DetachTest::tree);
      assertThat(tree).contains("worker").contains("guest1");
      workerPid = pidOf("worker", tree);
      assertThat(ProcessHandle.of(workerPid)).isPresent();
      detached.run(DetachTest::stop);
      Await.until(() -> !Await.lives(pid) && !Await.lives(workerPid));
    }
    assertThat(Path.of(door))
        .as("a stale socket is all that may stay")
        .satisfies(
            p -> {
              if (Files.exists(p)) {
                assertThatThrownBy(() -> Router.attach(p)).isInstanceOf(IOException.class);
              }
            });
  }

  @Test
  void aDoorReplacesNoFileAndIsClosedWithItsRouter() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "precious");
    Path door = folder.resolve("door");
    try (Router master = Router.create()) {
      assertThatThrownBy(() -> master.listen(file))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("can't open a door at " + file);
      assertThat(file).hasContent("precious");
      assertThatThrownBy(() -> master.listen(folder.resolve("none/door")))
          .hasMessageContaining("there is no folder " + folder.resolve("none"));
      assertThatThrownBy(() -> Router.attach(door))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("nobody has a door open at " + door);

      master.listen(door);

      assertThat(door).exists();
      assertThatThrownBy(() -> master.listen(door)).hasMessageContaining("somebody listens");
    }
    assertThat(folder.toFile().list()).containsExactly("file");
    Await.until(
        () -> Thread.getAllStackTraces().keySet().stream().noneMatch(t -> isDoor(t.getName())));
  }

  private static boolean isDoor(String thread) {
    return thread.startsWith("mitogen master door");
  }

  static int shout(int lines) {
    for (int i = 0; i < lines; i++) {
      System.err.println("a line that nobody is going to read, of which there are a few thousand");
    }
    return lines;
  }

  /** Runs in the child: its children print to their stderr when its parent is gone. */
  static void detachFromWhoReads(String report) throws Exception {
    Router router = Router.current();
    Context before = router.connect(Local.create());
    before.call(DetachTest::twice, 1);
    router.detach();
    String told;
    try {
      int lines = before.call(DetachTest::shout, 5000);
      Context after = router.connect(Local.create().jvmArguments("-XX:+PrintCommandLineFlags"));
      told = lines + " " + after.call(DetachTest::twice, 4);
    } catch (Exception e) {
      told = e.toString();
    }
    Path half = Files.writeString(Path.of(report + ".half"), told);
    Files.move(half, Path.of(report));
    router.close();
  }

  @Test
  @Timeout(60)
  void childrenOfADetachedContextPrintAndAreStarted() throws Exception {
    Path report = folder.resolve("report");
    try (Router master = Router.create()) {
      Context child = master.connect(Local.create());
      pid = child.call(() -> ProcessHandle.current().pid());
      assertThatThrownBy(() -> child.run(DetachTest::detachFromWhoReads, report.toString()))
          .hasMessageContaining("has detached");
    }
    Await.until(() -> Files.exists(report));
    assertThat(report).hasContent("5000 8");
  }

  @Test
  @Timeout(60)
  void connectingToADoorAndLeavingLeavesNothing() throws Exception {
    Path path = folder.resolve("door");
    try (Router master = Router.create();
        Closeable door = master.listen(path)) {
      for (int i = 0; i < 20; i++) {
        SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
      }
      try (Router guest = Router.attach(path)) {
        assertThat(guest.parents().get(0).call(DetachTest::twice, 2)).isEqualTo(4);
        Await.until(() -> master.contexts().size() == 1);
      }
      assertThat(door).isNotNull();
    }
  }

  @Test
  @Timeout(60)
  void aGuestUsesWhatAUnidirectionalContextMayUse() throws Exception {
    Path path = folder.resolve("door");
    try (Router master = Router.create(RouterOptions.defaults().unidirectional(true))) {
      Context child = master.connect(InProcess.create());
      master.listen(path);
      try (Router guest = Router.attach(path)) {
        Context host = guest.parents().get(0);
        assertThat(host.call(DetachTest::twice, 2)).isEqualTo(4);
        Context below = TestRouters.context(guest, child.id());
        assertThat(below.call(DetachTest::twice, 3)).isEqualTo(6);
      }
    }
  }

  static void leave() {
    Router router = Router.current();
    router.detach();
    router.close();
  }

  static void fail() {
    throw new IllegalStateException("unheard");
  }

  @Test
  void aForgottenCallThatDetachesHasNotFailed() throws Exception {
    try (Router master = Router.create();
        Logged logged = new Logged()) {
      Context other = master.connect(InProcess.create());
      Context child = master.connect(Local.create());
      pid = child.call(() -> ProcessHandle.current().pid());

      child.fire(DetachTest::leave);

      Await.until(() -> !master.contexts().contains(child));
      other.fire(DetachTest::fail);
      Await.until(() -> !logged.warnings().isEmpty());
      assertThat(logged.warnings()).hasSize(1).first().asString().contains("unheard");
    }
  }

  @Test
  void aCallToASiblingOfADetachedContextFails() throws Exception {
    String file = folder.resolve("end").toString();
    try (Router master = Router.create()) {
      Context sibling = master.connect(InProcess.create().name("sibling"));
      Sender<byte[]> one = sibling.call(DetachTest::open);
      Sender<byte[]> other = sibling.call(DetachTest::open);
      Context child = master.connect(Local.create().name("loose"));
      pid = child.call(() -> ProcessHandle.current().pid());
      assertThatThrownBy(() -> child.run(DetachTest::detachWhileItWaits, one, other, file))
          .isInstanceOf(DisconnectedException.class)
          .hasMessageContaining("has detached");

      for (String waiting : List.of(file + ".own", file + ".worker")) {
        Await.until("it ends", 10_000, () -> Files.exists(Path.of(waiting)));
        assertThat(Files.readString(Path.of(waiting)))
            .contains("DisconnectedException: sibling (1)")
            .endsWith("loose has detached");
      }
    }
  }

  @Test
  void theMasterHasNothingToDetachFrom() {
    try (Router master = Router.create()) {
      assertThatThrownBy(master::detach)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no parent");
    }
  }

  private static long pidOf(String name, String tree) {
    for (String line : tree.split("\n")) {
      if (line.contains(" " + name + " ")) {
        return Long.parseLong(line.replaceAll(".*pid (\\d+).*", "$1"));
      }
    }
    throw new AssertionError(tree);
  }
}
