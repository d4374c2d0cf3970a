package org.mitogen4j.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;

/**
 * A program that stays behind when the one that started it has gone, and is found again by its
 * door: {@code Daemon DOOR start}, {@code Daemon DOOR state}, {@code Daemon DOOR stop}. Needs Java
 * 16.
 */
public final class Daemon {
  private static final AtomicInteger ROUNDS = new AtomicInteger();
  private static final CountDownLatch STOP = new CountDownLatch(1);

  private Daemon() {}

  /** The path of the door, and what to do. */
  public static void main(String[] args) throws IOException {
    String what = args.length == 2 ? args[1] : "";
    Path door = args.length == 2 ? Paths.get(args[0]).toAbsolutePath() : null;
    if (what.equals("start")) {
      start(door.toString());
    } else if (what.equals("state") || what.equals("stop")) {
      System.out.print(find(door, what.equals("stop")));
    } else {
      System.err.println("give the path of a door, and start, state or stop");
      System.exit(2);
    }
  }

  private static void start(String door) throws IOException {
    try (Router router = Router.create()) {
      // tag::start
      Context daemon = router.connect(Local.create().name("daemon"));
      try {
        daemon.run(Daemon::live, door);
      } catch (DisconnectedException e) {
        System.out.println(e.getMessage()); // daemon (1) is gone: daemon has detached
      }
      // end::start
    }
  }

  // tag::live
  /** Runs in the daemon: works with its own child until it is told to stop. */
  static void live(String door) throws Exception {
    try (Router here = Router.current()) {
      Context worker = here.connect(Local.create().name("worker"));
      worker.call(Daemon::work); // what is called later has to be here before its parents go
      here.listen(Paths.get(door));
      here.detach();
      while (!STOP.await(100, TimeUnit.MILLISECONDS)) {
        ROUNDS.addAndGet(worker.call(Daemon::work));
      }
    } // which ends the worker, the door and the daemon
  }

  // end::live

  static int work() {
    return 1;
  }

  // tag::find
  /** Runs in another process: asks for the state, and may have it stop. */
  static String find(Path door, boolean stop) throws IOException {
    try (Router guest = Router.attach(door)) {
      Context daemon = guest.parents().get(0);
      String state = daemon.call(Daemon::state);
      if (stop) {
        daemon.run(Daemon::stop);
      }
      return state;
    }
  }

  // end::find

  static String state() {
    return ROUNDS + " rounds\n" + Router.current().describe();
  }

  static void stop() {
    STOP.countDown();
  }
}
