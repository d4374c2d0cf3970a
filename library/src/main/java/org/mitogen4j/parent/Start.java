package org.mitogen4j.parent;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.connect.Bootstrap;
import org.mitogen4j.connect.ConnectException;
import org.mitogen4j.connect.ConnectException.Reason;
import org.mitogen4j.connect.Connection;
import org.mitogen4j.connect.ConnectionMethod;
import org.mitogen4j.kernel.Encoder;
import org.mitogen4j.kernel.Header;
import org.mitogen4j.kernel.MessageRouter;
import org.mitogen4j.kernel.Stream;

/**
 * The start of one child. The calling thread opens the connection, writes the first flight, and
 * waits until the child is up. Another reads: noise at first, then frames, until the stream ends. A
 * third reads what the carrier says on its stderr.
 */
final class Start {
  private final Parent parent;
  private final Known child;
  private final ConnectionMethod<?> method;
  private final Stream stream;
  private final long until;
  private volatile Flight flight;
  private boolean up; // guarded by this
  private boolean over; // guarded by this: nothing more will be heard

  Start(Parent parent, Known child, ConnectionMethod<?> method, Stream stream) {
    this.parent = parent;
    this.child = child;
    this.method = method;
    this.stream = stream;
    until = System.nanoTime() + method.connectTimeout().toNanos();
  }

  /** Returns when the child is up. */
  void run() throws ConnectException {
    Attempt attempt = open(false);
    flight = new Flight(attempt.connection.output(), attempt.connection.preamble().length);
    read(attempt);
    try {
      stream.begin(attempt.connection.preamble());
    } catch (IOException e) {
      throw fail(attempt, other(e.toString()));
    }
    await(attempt);
    if (!isUp() && attempt.noPlace() && stream.dead() == null) {
      attempt = withoutPlace(attempt);
    }
    if (!isUp()) {
      throw fail(attempt, attempt.failure());
    }
    attempt.errors.forward();
  }

  /** Nothing can be written there, but Java may be able to compile what comes through a pipe. */
  private Attempt withoutPlace(Attempt first) throws ConnectException {
    ConnectException noPlace = first.failure();
    close(first.connection);
    Attempt second = open(true);
    read(second);
    flight.again(second.connection.output(), second.connection.preamble());
    await(second);
    if (!isUp()) {
      throw fail(
          second,
          new ConnectException(
              noPlace.reason(),
              noPlace.getMessage()
                  + "; without such a place it takes Java 25 or later with its compiler, and "
                  + second.failure().getMessage()));
    }
    return second;
  }

  /** Opens a connection. Whoever ends the stream from now on ends the connection, too. */
  private Attempt open(boolean compiled) throws ConnectException {
    String token = Token.random();
    Connection connection;
    try {
      connection = method.open(bootstrap(token, compiled));
    } catch (IOException e) {
      throw fail(null, e instanceof ConnectException ? (ConnectException) e : other(e.toString()));
    }
    stream.owner = connection;
    if (stream.dead() != null) {
      close(connection); // it was ended while it had no owner
      throw other(stream.dead());
    }
    Errors errors = new Errors(parent, child, connection.errors());
    parent.errors.put(child.id, errors);
    parent.router.thread("errors " + child.name, errors).start();
    return new Attempt(token, connection, errors, stream);
  }

  private Bootstrap bootstrap(String token, boolean compiled) {
    byte[] image = parent.router.classes.image;
    byte[] jar = parent.classes.firstStageJar();
    String java = method.javaPath();
    List<String> arguments = method.jvmArguments();
    String name = method.remoteName() == null ? Self.describe() : method.remoteName();
    String script =
        compiled
            ? Script.compiled(token, java, arguments, name, jar.length, image.length)
            : Script.text(token, java, arguments, name, jar.length, image.length);
    byte[] settings = settings(parent.router, child.id, child.name);
    return new Bootstrap(token, script, jar, image, settings);
  }

  /** The settings of a child, as they travel: an int, their length, and an array of values. */
  static byte[] settings(MessageRouter own, int id, String name) {
    Object[] above = new Object[own.parents.length + 1];
    above[0] = own.id;
    for (int i = 0; i < own.parents.length; i++) {
      above[i + 1] = own.parents[i];
    }
    Object[] settings = own.settings.clone();
    settings[0] = id;
    settings[1] = above;
    settings[2] = name;
    Encoder e = new Encoder(own, true);
    e.value(settings);
    byte[] bytes = Arrays.copyOfRange(e.buf, Header.SIZE - 4, e.len);
    Header.putInt(bytes, 0, bytes.length - 4);
    return bytes;
  }

  /** Reads what comes by a connection, on a thread of its own. */
  private void read(Attempt attempt) {
    synchronized (this) {
      over = false;
    }
    stream.attach(attempt.frames(), flight);
    Runnable reader =
        () -> {
          try {
            if (attempt.listen()) {
              stream.run();
            }
          } catch (IOException | RuntimeException e) {
            // then nothing more is to be heard
          }
          over();
        };
    parent.router.thread("read " + child.name, reader).start();
  }

  /** The child said who it is. On its reading thread. */
  void up() {
    flight.land();
    synchronized (this) {
      up = true;
      notifyAll();
    }
  }

  /** The stream ended, or it is clear that there will be no frames. On any thread. */
  synchronized void over() {
    over = true;
    notifyAll();
  }

  private synchronized boolean isUp() {
    return up;
  }

  /** Waits until the child is up, or nothing more is to be heard. */
  private void await(Attempt attempt) throws ConnectException {
    try {
      if (!awaitNews()) {
        throw fail(
            attempt,
            new ConnectException(
                Reason.TIMEOUT,
                "no sign of life within the connect timeout of "
                    + method.connectTimeout().toMillis()
                    + " ms"
                    + attempt.heard()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw fail(attempt, other("interrupted while waiting for the child" + attempt.heard()));
    }
  }

  /** False after the connect timeout. */
  private synchronized boolean awaitNews() throws InterruptedException {
    while (!up && !over) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left); // until up or over
    }
    return true;
  }

  private static ConnectException other(String text) {
    return new ConnectException(Reason.OTHER, text);
  }

  /** Ends the stream. Where somebody else ended it before, that is the reason. */
  private ConnectException fail(Attempt attempt, ConnectException e) {
    String dead = stream.dead();
    boolean byOther = dead != null && (attempt == null || !attempt.ended());
    ConnectException told =
        new ConnectException(
            byOther ? Reason.OTHER : e.reason(),
            "can't start "
                + child.name
                + " by "
                + method
                + ": "
                + (byOther ? dead : e.getMessage()));
    stream.end(told.getMessage());
    return told;
  }

  private void close(Connection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      parent.context.warn("closing " + method + ": " + e);
    }
  }
}
