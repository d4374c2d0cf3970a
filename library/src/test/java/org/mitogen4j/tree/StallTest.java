package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.Await;
import org.mitogen4j.Call;
import org.mitogen4j.Channel;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Exposed;
import org.mitogen4j.MitogenException;
import org.mitogen4j.Receiver;
import org.mitogen4j.Router;
import org.mitogen4j.Select;
import org.mitogen4j.Sender;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** Processes that stall without a word: the heartbeat tells, to whoever waits, and in its time. */
@Timeout(60)
class StallTest {
  private static final long HEARTBEAT = 400;

  /** As docs/CONCURRENCY.md says: three intervals, and one more of the looking. */
  private static final long DECLARED_DEAD = 4 * HEARTBEAT;

  /** How long an orphan may take to end. */
  private static final long ORPHAN = 1000;

  /** Milliseconds that the machine may take to wake all waiting threads. */
  private static final long SLACK = 400;

  @TempDir Path folder;

  // ---- what runs in the children

  private static final List<Object> KEPT = new ArrayList<>();

  static long pid() {
    return ProcessHandle.current().pid();
  }

  static int twice(int n) {
    return 2 * n;
  }

  static void hang() throws InterruptedException {
    new CountDownLatch(1).await();
  }

  static void keep(Object address) {
    KEPT.add(address);
  }

  static void sendOne(Sender<String> to) {
    KEPT.add(to);
    to.send("one");
  }

  static void sendOneByChannel(Channel<String, String> to) {
    KEPT.add(to);
    to.send("one");
  }

  static Sender<byte[]> open() {
    Receiver<byte[]> receiver = Router.current().receiver();
    KEPT.add(receiver);
    return receiver.sender();
  }

  /** A service that takes its time. */
  public static class Slow {
    @Exposed
    public int slow() throws InterruptedException {
      hang();
      return 1;
    }
  }

  // ---- a relay

  private static <T> void waits(Map<String, FutureTask<?>> all, String what, Callable<T> wait) {
    FutureTask<T> task = new FutureTask<>(wait);
    all.put(what, task);
    Thread thread = new Thread(task, what);
    thread.setDaemon(true);
    thread.start();
  }

  private static Object failed(org.mitogen4j.Reply<?> reply) {
    throw reply.failure();
  }

  @Test
  void callsBehindARelayThatStallsFailWithinTheHeartbeatsTime() throws Exception {
    String word = "stall-" + UUID.randomUUID();
    Local method = Local.create().remoteName(word);
    try (Router router = TestRouters.create(1 << 24, false, HEARTBEAT)) {
      Context middle = router.connect(method.name("middle"));
      Context leaf = middle.connect(method.name("leaf"));
      Context beside = router.connect(Local.create().name("beside"));
      final long middlePid = middle.call(StallTest::pid);
      Receiver<String> receiver = router.receiver();
      leaf.run(StallTest::sendOne, receiver.sender());
      assertThat(receiver.get()).isEqualTo("one");
      Receiver<String> selected = router.receiver();
      leaf.run(StallTest::sendOne, selected.sender());
      assertThat(selected.get()).isEqualTo("one");
      Channel<String, String> channel = router.channel();
      leaf.run(StallTest::sendOneByChannel, channel.other());
      assertThat(channel.get()).isEqualTo("one");
      Sender<byte[]> sender = leaf.call(StallTest::open);
      Sender<byte[]> ofSibling = leaf.call(StallTest::open);
      beside.run(StallTest::keep, ofSibling);

      Map<String, FutureTask<?>> waiting = new TreeMap<>();
      waits(waiting, "call", () -> leaf.call(StallTest::slowTwice, 1));
      waits(waiting, "call of the relay", () -> middle.call(StallTest::slowTwice, 1));
      Call<Integer> call = leaf.callAsync(StallTest::slowTwice, 1);
      waits(waiting, "asynchronous call", call::get);
      waits(waiting, "what depends on a call", call.thenApply(n -> n + 1)::get);
      waits(waiting, "chain", () -> leaf.chain().call(StallTest::slowTwice, 1));
      waits(waiting, "service", () -> leaf.service(Slow.class).call("slow"));
      waits(waiting, "receiver", receiver::get);
      waits(waiting, "channel", channel::get);
      waits(waiting, "sender", () -> flood(sender));
      waits(waiting, "sibling's sender", () -> beside.call(StallTest::floodKept));
      waits(
          waiting,
          "select of calls",
          () -> failed(Select.all(List.of(leaf), c -> c.callAsync(StallTest::slowTwice, 1)).get()));
      waits(
          waiting,
          "select of a receiver",
          () -> failed(Select.<String>create().add(selected).get()));
      Path silent = Files.writeString(folder.resolve("java"), "#!/bin/sh\nexec cat >/dev/null\n");
      assertThat(silent.toFile().setExecutable(true)).isTrue();
      waits(waiting, "connect", () -> leaf.connect(method.javaPath(silent.toString())));
      Await.until(() -> leaf.workload().running() >= 5 && !waiting.get("connect").isDone());

      Trees.signal("STOP", middlePid);
      Trees.Stretch stopped = new Trees.Stretch();

      Await.until(
          "all wake",
          20_000,
          () -> {
            stopped.look();
            return waiting.values().stream().allMatch(FutureTask::isDone);
          });
      assertThat(stopped.millis()).isLessThan(stopped.bound(DECLARED_DEAD + SLACK));
      for (Map.Entry<String, FutureTask<?>> w : waiting.entrySet()) {
        assertThat(w.getKey() + ": " + failure(w.getValue()))
            .matches("(?s).*(middle|leaf) \\([12]\\).*no sign of life for \\d+ ms.*");
      }
      Trees.endWithin(stopped, DECLARED_DEAD + ORPHAN + SLACK, word); // the stopped ones, too
      assertThat(router.contexts()).containsExactly(beside);
      assertThat(beside.call(StallTest::twice, 2)).isEqualTo(4);
    }
  }

  static int slowTwice(int n) throws InterruptedException {
    hang();
    return 2 * n;
  }

  private static int flood(Sender<byte[]> sender) {
    for (; ; ) {
      sender.send(new byte[10_000]);
    }
  }

  @SuppressWarnings("unchecked")
  static int floodKept() {
    return flood((Sender<byte[]>) KEPT.get(0));
  }

  private static String failure(FutureTask<?> task) throws Exception {
    try {
      return "it ended well, with " + task.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      StringBuilder s = new StringBuilder();
      for (Throwable t = e.getCause(); t != null; t = t.getCause()) {
        s.append(t).append('\n');
      }
      return s.toString();
    }
  }

  // ---- the master

  /** A master of its own, that is stopped: what it hears of its children when it goes on. */
  public static void main(String[] args) throws Exception {
    PrintStream out = System.out;
    try (Router router = TestRouters.create(1 << 24, false, HEARTBEAT)) {
      Local method = Local.create().remoteName(args[0]);
      Context child = router.connect(method.name("child"));
      Context grandchild = child.connect(method.name("grandchild"));
      Context inside = router.connect(InProcess.create().name("inside"));
      Context deeper = inside.connect(InProcess.create().name("deeper"));
      List<Call<Void>> calls =
          Arrays.asList(child.runAsync(StallTest::hang), grandchild.runAsync(StallTest::hang));
      assertThat(deeper.call(StallTest::twice, 1)).isEqualTo(2);
      out.println("ready");
      for (Call<Void> call : calls) {
        try {
          call.get();
        } catch (ExecutionException e) {
          out.println(e.getCause());
        }
      }
      try {
        grandchild.call(StallTest::twice, 1);
      } catch (DisconnectedException e) {
        out.println(e);
      }
      Thread.sleep(3 * DECLARED_DEAD); // the heartbeat has time to look at the rest
      try {
        out.println("inside " + inside.call(StallTest::twice, deeper.call(StallTest::twice, 1)));
      } catch (MitogenException e) {
        out.println(e);
      }
    }
  }

  @Test
  void aMasterThatWasStoppedKnowsThatItsChildrenAreGoneAndBlamesNobodyForItsOwnStop()
      throws Exception {
    String word = "stall-" + UUID.randomUUID();
    Process master = Trees.java(StallTest.class, word);
    try (BufferedReader out = master.inputReader()) {
      assertThat(out.readLine()).isEqualTo("ready");
      assertThat(Trees.processes("-Dmitogen=" + word)).hasSize(2);

      Trees.signal("STOP", master.pid());

      Trees.endWithin(new Trees.Stretch(), DECLARED_DEAD + ORPHAN + SLACK, word);

      Trees.signal("CONT", master.pid());

      String child = out.readLine();
      String grandchild = out.readLine();
      String later = out.readLine();
      assertThat(child)
          .startsWith("org.mitogen4j.DisconnectedException: child (1)")
          .contains("child gave up: no sign of life from its parent");
      assertThat(grandchild)
          .startsWith("org.mitogen4j.DisconnectedException: grandchild (2)")
          .doesNotContain("no sign of life for");
      assertThat(later).startsWith("org.mitogen4j.DisconnectedException: grandchild (2)");
      assertThat(out.readLine()).isEqualTo("inside 4");
      assertThat(master.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      master.destroyForcibly();
    }
  }
}
