package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.InProcess;

/** What a function sets on its thread does not reach the function that runs there next. */
@Timeout(60)
class ThreadSettingsTest {
  private static final String FOREIGN = "set by an earlier call";

  private final Router router = Router.create();

  @AfterEach
  void close() {
    router.close();
  }

  /** Changes all that can be changed; returns the number of the thread. */
  @SuppressWarnings("ThreadPriorityCheck") // it is to be taken back
  static long change() {
    Thread thread = Thread.currentThread();
    thread.setContextClassLoader(new URLClassLoader(FOREIGN, new URL[0], null));
    thread.setName(FOREIGN);
    thread.setPriority(Thread.MIN_PRIORITY);
    thread.setUncaughtExceptionHandler((t, e) -> {});
    thread.interrupt();
    return thread.getId();
  }

  static String changeAndFail() {
    throw new IllegalStateException(String.valueOf(change()));
  }

  /** The thread's number and what is not as it should be. */
  static String look() {
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    return thread.getId()
        + (loader == ThreadSettingsTest.class.getClassLoader() ? "" : " " + loader)
        + (thread.getName().equals(FOREIGN) ? " name" : "")
        + (thread.getPriority() == Thread.NORM_PRIORITY ? "" : " priority")
        + (thread.getUncaughtExceptionHandler() == thread.getThreadGroup() ? "" : " handler")
        + (thread.isInterrupted() ? " interrupted" : "");
  }

  @Test
  void theNextCallOnAThreadOfThePoolFindsNothingOfTheLast() throws Exception {
    Context child = router.connect(InProcess.create());
    child.call(ThreadSettingsTest::look);
    Set<String> changed = new HashSet<>();
    Set<String> looked = new HashSet<>();
    Await.until(
        () -> {
          changed.add(String.valueOf(child.call(ThreadSettingsTest::change)));
          try {
            child.call(ThreadSettingsTest::changeAndFail);
          } catch (CallException e) {
            changed.add(e.remoteMessage());
          }
          looked.add(child.call(ThreadSettingsTest::look));
          Set<String> both = new HashSet<>(looked);
          both.retainAll(changed);
          return both.size() > 0 || looked.stream().anyMatch(s -> s.contains(" "));
        });

    assertThat(looked).noneMatch(found -> found.contains(" "));
  }

  /** A service whose calls run one after another, but not always on the same thread. */
  public static final class Changing {
    @Exposed
    public long change() {
      return ThreadSettingsTest.change();
    }

    @Exposed
    public String look() {
      return ThreadSettingsTest.look();
    }
  }

  @Test
  void theNextCallOfAServiceFindsNothingOfTheLast() throws Exception {
    try (Router own = Router.create(RouterOptions.defaults().serviceThreads(1))) {
      own.serve(new Changing());
      Service service = own.self().service(Changing.class);

      theNextOnTheSameThreadFindsNothing(
          () -> service.<Long>call("change"), () -> service.<String>call("look"));
    }
  }

  /** Changes and looks until both ran on one thread: a pool may take any thread that is idle. */
  private static void theNextOnTheSameThreadFindsNothing(
      Callable<Long> change, Callable<String> look) throws Exception {
    Set<Long> changed = new HashSet<>();
    Set<String> looked = new HashSet<>();
    Await.until(
        () -> {
          changed.add(change.call());
          looked.add(look.call());
          return looked.stream()
              .anyMatch(s -> changed.stream().anyMatch(c -> s.split(" ")[0].equals("" + c)));
        });

    assertThat(looked).noneMatch(found -> found.contains(" "));
  }

  private static final Semaphore RELEASED = new Semaphore(0);

  static void waitUntilReleased() throws InterruptedException {
    RELEASED.acquire();
  }

  static void release() {
    RELEASED.release();
  }

  /** Runs something on the router's thread that completes a call, never on this one. */
  private static <T> T onCompletion(Context child, Supplier<T> work) throws Exception {
    CompletableFuture<T> done =
        child.runAsync(ThreadSettingsTest::waitUntilReleased).thenApply(any -> work.get());
    child.run(ThreadSettingsTest::release);
    return done.get();
  }

  @Test
  void whatRunsOnCompletionFindsNothingOfWhatRanBefore() throws Exception {
    Context child = router.connect(InProcess.create());
    theNextOnTheSameThreadFindsNothing(
        () -> onCompletion(child, ThreadSettingsTest::change),
        () -> onCompletion(child, ThreadSettingsTest::look));
  }
}
