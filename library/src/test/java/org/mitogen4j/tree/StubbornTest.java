package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mitogen4j.Await;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;

/**
 * Whatever a child's program does, the child ends when it is to, and when its parent is gone: by
 * itself, since what the parent can kill is, as with ssh, only what carries the bytes.
 */
@Timeout(60)
class StubbornTest {
  /** As docs/CONCURRENCY.md says, where the operating system tells. */
  private static final long BOUND_MILLIS = 2000;

  /** What a program prints is not looked at. */
  private static final Logger PRINTED = Logger.getLogger("org.mitogen4j");

  @TempDir Path folder;

  private static final Object LOCK = new Object();

  /** What a program does to its JVM; it says so once it has begun. */
  enum Deed {
    HOLDS_EVERY_LOCK(StubbornTest::holdEverything),
    DEADLOCKS_ITS_OUTPUT(StubbornTest::deadlock),
    COMPUTES_FOR_EVER(StubbornTest::compute),
    HAS_A_SHUTDOWN_HOOK_WITHOUT_END(StubbornTest::hook),
    EXITS_BY_ITSELF_AND_HANGS_IN_THAT(StubbornTest::exit),
    HAS_A_FINALIZER_WITHOUT_END(StubbornTest::finalizer),
    HANGS_WHERE_EXCEPTIONS_END(StubbornTest::uncaught),
    FILLS_ITS_HEAP(StubbornTest::fill),
    FORBIDS_THE_EXIT(StubbornTest::forbid),
    PRINTS_WITHOUT_END(StubbornTest::print);

    @SuppressWarnings("ImmutableEnumChecker") // they have no state
    final Deeds deeds;

    Deed(Deeds deeds) {
      this.deeds = deeds;
    }
  }

  interface Deeds {
    void begin(Runnable begun) throws Exception;
  }

  /** Tells by a file that the deed has begun, which takes no memory. */
  static void misbehave(String deed, String file) throws Exception {
    FileOutputStream out = new FileOutputStream(file);
    byte[] word = {1};
    Deed.valueOf(deed)
        .deeds
        .begin(
            () -> {
              try {
                out.write(word);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  static int nothing() {
    return 0;
  }

  /** Takes no processor from others. */
  static void hang() {
    for (; ; ) {
      LockSupport.park();
      Thread.interrupted();
    }
  }

  static void forEver() {
    for (long n = 1; n != 0; n += 2) {
      Thread.onSpinWait();
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // the worst there is
  private static void start(Runnable work) {
    Thread thread = new Thread(work);
    thread.setPriority(Thread.MAX_PRIORITY);
    thread.setDaemon(false); // the JVM waits for it
    thread.start();
  }

  static void holdEverything(Runnable begun) {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Object[] locks = {
      System.class,
      System.out,
      System.err,
      Runtime.getRuntime(),
      Thread.class,
      root,
      Thread.currentThread().getThreadGroup(),
      StubbornTest.class.getClassLoader()
    };
    Runtime.getRuntime().addShutdownHook(new Thread(StubbornTest::hang));
    hold(locks, 0, begun);
  }

  private static void hold(Object[] locks, int at, Runnable begun) {
    if (at == locks.length) {
      begun.run();
      hang();
    } else {
      synchronized (locks[at]) {
        hold(locks, at + 1, begun);
      }
    }
  }

  private static void deadlock(Runnable begun) throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    start(() -> lockBoth(System.out, LOCK, both));
    start(() -> lockBoth(LOCK, System.out, both));
    both.await();
    begun.run();
    System.out.println("nobody will read this");
  }

  private static void lockBoth(Object first, Object second, CountDownLatch both) {
    synchronized (first) {
      both.countDown();
      try {
        both.await();
      } catch (InterruptedException e) {
        return;
      }
      synchronized (second) {
        hang();
      }
    }
  }

  private static void compute(Runnable begun) {
    for (int i = 0; i < 3; i++) {
      start(StubbornTest::forEver);
    }
    begun.run();
    forEver();
  }

  private static void hook(Runnable begun) {
    Runtime.getRuntime().addShutdownHook(new Thread(StubbornTest::hang));
    begun.run();
  }

  private static void exit(Runnable begun) throws Exception {
    CountDownLatch exits = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              exits.countDown();
              hang();
            });
    Runtime.getRuntime().addShutdownHook(hook);
    start(() -> System.exit(7));
    exits.await();
    begun.run();
  }

  /** Never ends when nobody needs it any more. */
  private static final class Endless {
    static final CountDownLatch FINALIZING = new CountDownLatch(1);

    @Override
    @SuppressWarnings({"deprecation", "removal", "Finalize"})
    protected void finalize() {
      FINALIZING.countDown();
      hang();
    }
  }

  private static void finalizer(Runnable begun) throws Exception {
    while (Endless.FINALIZING.getCount() > 0) {
      new Endless();
      System.gc();
      Thread.sleep(1);
    }
    begun.run();
  }

  private static void uncaught(Runnable begun) throws Exception {
    CountDownLatch hangs = new CountDownLatch(1);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          hangs.countDown();
          hang();
        });
    start(
        () -> {
          throw new IllegalStateException("for the handler");
        });
    hangs.await();
    begun.run();
  }

  private static void fill(Runnable begun) {
    start(() -> fillAndGoOn(begun));
  }

  private static void fillAndGoOn(Runnable begun) {
    Object[] chain = null;
    for (int size = 1 << 20; ; ) {
      try {
        Object[] link = new Object[size];
        link[0] = chain;
        chain = link;
      } catch (OutOfMemoryError e) {
        if (size == 1) {
          begun.run();
        }
        size = Math.max(1, size / 2);
      }
    }
  }

  @SuppressWarnings({"removal", "deprecation"})
  private static void forbid(Runnable begun) {
    System.setSecurityManager(
        new SecurityManager() {
          @Override
          public void checkExit(int status) {
            throw new SecurityException("no exit");
          }

          @Override
          public void checkPermission(java.security.Permission permission) {}
        });
    start(StubbornTest::hang);
    begun.run();
  }

  private static void print(Runnable begun) {
    start(
        () -> {
          for (int i = 0; ; i++) {
            System.out.println("without end, as programs do that were started for a test");
            System.err.println("without end, as programs do that were started for a test");
            if (i == 10_000) {
              begun.run();
            }
          }
        });
  }

  // ---- the parents

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  private static void begin(Router router, Deed deed, String word, Path file) throws Exception {
    PRINTED.setLevel(Level.OFF);
    Path carrier = file.resolveSibling("java");
    String command = System.getProperty("java.home") + "/bin/java \"$@\" &\nwait\n";
    Files.writeString(carrier, "#!/bin/sh\n" + command);
    assertThat(carrier.toFile().setExecutable(true)).isTrue();
    Local method = Local.create().name("c").remoteName(word).javaPath(carrier.toString());
    int java = Runtime.version().feature();
    if (deed == Deed.FORBIDS_THE_EXIT && java >= 12) {
      assumeTrue(java < 24, "there are no security managers any more");
      method = method.jvmArguments("-Djava.security.manager=allow");
    } else {
      method = method.jvmArguments("-Xmx16m");
    }
    Context child = router.connect(method);
    for (int i = 0; i < 2; i++) { // a second call takes a whole context
      child.call(StubbornTest::nothing);
    }
    child.runAsync(StubbornTest::misbehave, deed.name(), file.toString());
    Await.until(
        () ->
            (Files.exists(file) && Files.size(file) > 0)
                // a message that comes before the heap is full finds no memory: that ends it, too
                || (deed == Deed.FILLS_ITS_HEAP && !router.contexts().contains(child)));
  }

  @AfterEach
  void logAgain() {
    PRINTED.setLevel(null);
  }

  @ParameterizedTest
  @EnumSource
  void aStubbornChildEndsWhenItIsTold(Deed deed) throws Exception {
    String word = "stubborn-" + UUID.randomUUID();
    Trees.Stretch told;
    try (Router router = Router.create()) {
      begin(router, deed, word, folder.resolve("begun"));
      told = new Trees.Stretch();
    }
    Trees.endWithin(told, BOUND_MILLIS, word);
  }

  /** A parent of its own. */
  public static void main(String[] args) throws Exception {
    Router router = Router.create();
    begin(router, Deed.valueOf(args[0]), args[1], Path.of(args[2]));
    System.out.println("ready");
    Thread.sleep(1_000_000);
  }

  @ParameterizedTest
  @EnumSource
  void aStubbornChildEndsWhenItsParentIsKilled(Deed deed) throws Exception {
    String word = "stubborn-" + UUID.randomUUID();
    Process parent =
        Trees.java(StubbornTest.class, deed.name(), word, folder.resolve("begun").toString());
    try (BufferedReader out = parent.inputReader()) {
      String line = out.readLine();
      while (line != null && !line.equals("ready")) { // what it prints
        line = out.readLine();
      }
      assertThat(line).isEqualTo("ready");

      parent.destroyForcibly();

      Trees.endWithin(new Trees.Stretch(), BOUND_MILLIS, word);
    } finally {
      parent.destroyForcibly();
    }
  }
}
