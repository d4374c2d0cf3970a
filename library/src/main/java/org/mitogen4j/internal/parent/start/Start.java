package org.mitogen4j.internal.parent.start;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.internal.context.WatchedLine;
import org.mitogen4j.internal.context.threads.Clock;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.FrameListener;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.classes.JavaVersion;

/**
 * The start of one child, with three threads: the calling one opens the connection, writes the
 * first flight, and waits until the child is up; a second one reads noise first, then frames, until
 * the stream ends; a third one reads the connection's standard error.
 */
public final class Start {
  /** The time that the reading thread has to find the cause of a failed write. */
  private static final long READ_MILLIS = 1000;

  /** The pause after a server took no login; doubled for each further try. */
  private static final long PAUSE_NANOS = 150_000_000;

  /** The most doublings, so that no pause is longer than 7 s. */
  private static final int MAX_DOUBLINGS = 5;

  private final Parent parent;
  private final ContextRecord child;
  private final ConnectionMethod<?> method;
  private final Link link;
  private final LoginTurns.Turn login;
  private final long until;
  private volatile FirstFlightBuffer flight;

  // the following fields are used by the starting thread only

  /** The path of the java to run; null when it has to be found. */
  private String java;

  /** The oldest version of Java that is accepted; 0 for any. */
  private int oldestJava;

  /** Whether {@link BootstrapScript#careful} is used. */
  private boolean careful;

  /** Whether {@link BootstrapScript#searching} was used. */
  private boolean searched;

  /** The java that earlier starts found; null for none. */
  private FoundJava.Entry found;

  private volatile StartAttempt attempt;

  /** The text about the command that was run, for the message of a failure. */
  private volatile String command = "";

  @GuardedBy("this")
  private boolean up;

  @GuardedBy("this")
  private boolean over; // nothing more comes from the child

  private volatile StartException told; // the failure; written while this is locked
  private volatile StartException busy; // the failure of the try before, when the server was busy
  private volatile int tried = 1; // written by the starting thread only

  /**
   * Makes a start; its connect timeout begins now.
   *
   * @param login the permission to log in, which this gives back
   */
  Start(
      Parent parent,
      ContextRecord child,
      ConnectionMethod<?> method,
      Link link,
      LoginTurns.Turn login) {
    this.login = login;
    this.parent = parent;
    this.child = child;
    this.method = method;
    this.link = link;
    until = System.nanoTime() + method.connectTimeout().toNanos();
  }

  /** Starts the child; returns when it is up. */
  void run() throws StartException {
    // by an alarm, since a connection that takes no bytes blocks this thread
    long left = until - System.nanoTime();
    Clock.Alarm timer = parent.schedule(this::expire, left, TimeUnit.NANOSECONDS);
    try {
      start();
    } finally {
      timer.cancel();
      login.end();
      if (found != null && !isUp()) {
        parent.starts.foundJava.forget(
            method); // the remembered java may be the cause: the next start searches
      }
    }
  }

  private void start() throws StartException {
    command = Rehearsal.line(parent, method, true); // here, since the method may block
    found = parent.starts.foundJava.get(method);
    choose();
    attempt = open(script());
    flight =
        new FirstFlightBuffer(
            attempt.connection.output(), attempt.connection.preamble().length, this::cantWrite);
    read(attempt);
    try {
      link.begin(attempt.connection.preamble());
    } catch (IOException e) {
      throw fail(attempt, other(e.toString()));
    }
    await();
    int tries = 1;
    while (mayTryAgain() && isBusy() && pause()) {
      tried = ++tries;
      again(script());
    }
    findJava();
    if (mayTryAgain() && attempt.noPlace() && !method.isConsole()) {
      withoutPlace();
    }
    if (!isUp()) {
      throw fail(attempt, busy == null ? attempt.failure() : triedInVain());
    }
    checkVersion();
    remember();
    attempt.javaHomeIsWrong(parent.context::warn);
    attempt.errors.forward();
  }

  /** Chooses the java and the script of the first attempt. */
  private void choose() {
    FirstAttempt first = new FirstAttempt(method, found);
    java = first.java;
    oldestJava = first.oldestJava;
    careful = first.careful;
  }

  private Function<BootstrapScript, String> script() {
    return FirstAttempt.script(careful);
  }

  /** Tries again if the first attempt found no java, or one that did not start. */
  private void findJava() throws StartException {
    withCare();
    if (found != null && mayTryAgain() && attempt.isJavaUnusable()) { // the remembered java is gone
      parent.starts.foundJava.forget(method);
      found = null;
      choose();
      again(script());
      withCare();
    }
    if (java == null && mayTryAgain() && attempt.isJavaUnusable()) {
      StartException first = attempt.failure();
      searched = true;
      again(BootstrapScript::searching);
      if (mayTryAgain() && attempt.isJavaMissing()) {
        throw fail(attempt, first); // there is no other java: the first failure has the cause
      }
    }
  }

  private void withCare() throws StartException {
    if (!careful && mayTryAgain() && attempt.needsCare() && !attempt.lacksUnsafe()) {
      careful = true;
      again(script());
    }
    if (mayTryAgain() && attempt.lacksUnsafe()) {
      again(BootstrapScript::opening);
    }
  }

  /**
   * Refuses a child whose Java is older than the minimum. The script does not check a java that
   * earlier starts found, and a wrapper may run another version than it tells.
   */
  private void checkVersion() throws StartException {
    if (JavaVersion.of(child) < method.minimumJava()) {
      parent.starts.foundJava.forget(method);
      throw fail(
          attempt,
          new StartException(
              Reason.JAVA_TOO_OLD,
              String.format(
                  "it runs Java %s, not Java %d or later, which minimumJava() asks for",
                  child.javaVersion, method.minimumJava())));
    }
  }

  /**
   * Remembers the java, so that further starts need neither the search nor a first attempt with the
   * wrong script.
   */
  private void remember() {
    boolean costs = found == null ? careful || searched || oldestJava > 0 : careful;
    if (costs && method.javaPath() == null && attempt.java() != null) {
      parent.starts.foundJava.put(method, attempt.java(), found != null);
    }
  }

  private boolean mayTryAgain() {
    return !isUp() && link.dead() == null;
  }

  /** Starts the child by another connection and another script; returns when nothing more comes. */
  private void again(Function<BootstrapScript, String> script) throws StartException {
    close(attempt.connection);
    attempt = open(script);
    read(attempt);
    flight.again(attempt.connection.output(), attempt.connection.preamble());
    await();
  }

  /** Whether the server was too busy for the login, so that it may take one later. */
  private boolean isBusy() {
    StartException failure = attempt.failure();
    busy = failure.reason() == Reason.BUSY ? failure : null;
    return busy != null;
  }

  /** Waits before the next try; returns false when the time will be up, or the start is over. */
  private synchronized boolean pause() throws StartException {
    int factor = 1 << Math.min(tried - 1, MAX_DOUBLINGS);
    // a random time for each start, so that they do not come together again
    double jitter = ThreadLocalRandom.current().nextDouble(0.5, 1.5);
    long end = System.nanoTime() + (long) (PAUSE_NANOS * factor * jitter);
    try {
      for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
        if (end - until >= 0 || told != null || link.dead() != null) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left + 999_999); // or until over
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw fail(attempt, other("interrupted while waiting for another try" + attempt.heard()));
    }
    return true;
  }

  private StartException triedInVain() {
    return new StartException(
        busy.reason(),
        "tried "
            + (tried == 1 ? "once" : tried + " times")
            + " within the connect timeout of "
            + method.connectTimeout().toMillis()
            + " ms: "
            + busy.getMessage());
  }

  /** Tries the script for systems where nothing can be written. */
  private void withoutPlace() throws StartException {
    StartException noPlace = attempt.failure();
    again(BootstrapScript::compiled);
    if (!isUp()) {
      throw fail(
          attempt,
          new StartException(
              noPlace.reason(),
              noPlace.getMessage()
                  + "; without such a place it takes Java 25 or later with its compiler, and "
                  + attempt.failure().getMessage()));
    }
  }

  /** Opens a connection, which belongs to the link from now on and ends with it. */
  private StartAttempt open(Function<BootstrapScript, String> script) throws StartException {
    String token = Token.random();
    Connection connection;
    Bootstrap bootstrap = bootstrap(token, script);
    child.times.begin();
    try {
      connection = method.open(bootstrap);
    } catch (IOException e) {
      throw fail(null, e instanceof StartException ? (StartException) e : other(e.toString()));
    }
    child.times.opened(connection);
    link.owner = method.isConsole() ? (WatchedLine) connection::close : connection;
    if (link.dead() != null) {
      close(connection); // the link was ended before it had the connection
      throw fail(null, other(link.dead().text));
    }
    ChildStderr errors = new ChildStderr(parent, child, connection.errors(), token);
    parent.errors.put(child.id, errors);
    if (connection.errors() == null) {
      errors.run(); // ends at once
    } else {
      parent.router.thread("errors " + child.name, errors).start();
    }
    return new StartAttempt(
        token, connection, errors, link, child, java != null, oldestJava, login::end);
  }

  private Bootstrap bootstrap(String token, Function<BootstrapScript, String> script) {
    byte[] settings =
        ChildBootstrap.settings(
            parent.router, child.id, child.name, method.isConsole(), method.classPath());
    String name = ProcessInfo.describe();
    return ChildBootstrap.of(parent, method, token, script, java, oldestJava, name, settings);
  }

  /** Starts the thread that reads from a connection. */
  private void read(StartAttempt attempt) {
    synchronized (this) {
      over = false;
    }
    FrameListener tap = parent.frameListener;
    if (tap == null) {
      link.attach(attempt.frames(), flight);
    } else {
      int ahead = attempt.connection.preamble().length;
      link.attach(tap.in(child.id, attempt.frames()), tap.out(child.id, flight, ahead));
    }
    Runnable reader =
        () -> {
          try {
            if (attempt.listen()) {
              link.run();
            }
          } catch (IOException | RuntimeException e) {
            // then nothing more comes
          }
          over();
        };
    parent.router.thread("read " + child.name, reader).start();
  }

  /** Ends the link after a failed write, unless the reading thread finds the cause in time. */
  private void cantWrite(IOException e) {
    EndCause cause = new EndCause(EndCause.LOST, "can't write: " + e.getMessage());
    try {
      parent.schedule(() -> link.end(cause), READ_MILLIS, TimeUnit.MILLISECONDS);
    } catch (DeadException closed) {
      link.end(cause);
    }
  }

  /** Notes that the child is up, since its hello has come; called on its reading thread. */
  void up() {
    flight.land();
    synchronized (this) {
      up = true;
      notifyAll();
    }
  }

  /** Notes that nothing more comes from the child; called on any thread. */
  synchronized void over() {
    over = true;
    notifyAll();
  }

  private synchronized boolean isUp() {
    return up && told == null;
  }

  /** Waits until the child is up, or nothing more comes from it. */
  private void await() throws StartException {
    try {
      synchronized (this) {
        while (!up && !over && told == null) {
          wait(); // until up, over or the end of the link; the timer ends it at the latest
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw fail(attempt, other("interrupted while waiting for the child" + attempt.heard()));
    }
  }

  /** Ends the link at the connect timeout, which wakes threads that wait or write. */
  private void expire() {
    StartAttempt last = attempt;
    StartException e =
        busy != null
            ? triedInVain()
            : new StartException(
                Reason.TIMEOUT,
                "no sign of life within the connect timeout of "
                    + method.connectTimeout().toMillis()
                    + " ms, which connectTimeout() sets"
                    + (last == null ? "" : last.heard()));
    synchronized (this) {
      if (up) {
        return;
      }
      tell(last, e);
    }
    link.end(new EndCause(EndCause.START_FAILED, told.getMessage()));
    over();
  }

  private static StartException other(String text) {
    return new StartException(Reason.OTHER, text);
  }

  /** Ends the link; returns the failure of the start, which is the first one. */
  private StartException fail(StartAttempt last, StartException e) {
    tell(last, e);
    link.end(new EndCause(EndCause.START_FAILED, told.getMessage()));
    return told;
  }

  /** Notes why the start failed: for the link's cause, if another thread ended the link before. */
  private synchronized void tell(StartAttempt last, StartException e) {
    EndCause dead = link.dead();
    boolean byOther = dead != null && (last == null || !last.ended());
    if (told == null) {
      told =
          new StartException(
              byOther ? Reason.OTHER : e.reason(),
              "can't start "
                  + child.name
                  + " by "
                  + method
                  + ": "
                  + (byOther ? dead.text : e.getMessage())
                  + command);
    }
  }

  private void close(Connection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      parent.context.warn("closing " + method + ": " + e);
    }
  }
}
