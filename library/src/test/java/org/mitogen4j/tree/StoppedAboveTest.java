package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.Await;
import org.mitogen4j.Call;
import org.mitogen4j.CallTimeoutException;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** While the contexts above are stopped, what needs none of them goes on. */
@Timeout(60)
class StoppedAboveTest {
  @TempDir Path folder;

  static long pid() {
    return ProcessHandle.current().pid();
  }

  static void startChild() throws Exception {
    Router.current().connect(InProcess.create());
  }

  static void sleep() throws InterruptedException {
    Thread.sleep(20_000);
  }

  /** How long a call takes that may take 200 ms. */
  private static long millisOfATimeout(Context context) {
    long before = System.nanoTime();
    try {
      context.withTimeout(Duration.ofMillis(200)).run(StoppedAboveTest::sleep);
      throw new IllegalStateException("it did not end");
    } catch (CallTimeoutException timeout) {
      return (System.nanoTime() - before) / 1_000_000;
    }
  }

  private static boolean runsOne(Context context) {
    return context.workload().running() > 0;
  }

  /** Once the context above is stopped, has children ask for ids, and calls another. */
  static long millisWhileStopped(String folder) throws Exception {
    Router router = Router.current();
    Context first = router.connect(InProcess.create());
    Context second = router.connect(InProcess.create());
    Context third = router.connect(InProcess.create());
    third.run(StoppedAboveTest::startChild); // the same once before, so that all classes are here
    Await.until(() -> !runsOne(third));
    millisOfATimeout(third);
    Files.createFile(Path.of(folder, "ready"));
    Await.until(() -> Files.exists(Path.of(folder, "stopped")));
    Call<Void> asking = first.runAsync(StoppedAboveTest::startChild);
    Call<Void> alsoAsking = second.runAsync(StoppedAboveTest::startChild);
    Await.until(() -> runsOne(first) && runsOne(second));
    Thread.sleep(200); // so that they have asked, which nothing shows
    long millis = millisOfATimeout(third);
    if (asking.isDone() || alsoAsking.isDone()) {
      throw new IllegalStateException("they did not wait for ids");
    }
    Files.createFile(Path.of(folder, "done"));
    return millis;
  }

  @Test
  void callsTimeOutThoughChildrenAskForIds() throws Exception {
    try (Router master = Router.create()) {
      Context above = master.connect(Local.create());
      Context between = above.connect(Local.create());
      long pid = above.call(StoppedAboveTest::pid);
      Call<Long> millis =
          between.callAsync(StoppedAboveTest::millisWhileStopped, folder.toString());
      Await.until(() -> Files.exists(folder.resolve("ready")));
      Trees.signal("STOP", pid);
      try {
        Files.createFile(folder.resolve("stopped"));
        Await.until(() -> Files.exists(folder.resolve("done")));
      } finally {
        Trees.signal("CONT", pid);
      }

      assertThat(millis.get(20, TimeUnit.SECONDS)).isLessThan(5000);
    }
  }
}
