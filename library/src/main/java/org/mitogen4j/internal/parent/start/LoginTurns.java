package org.mitogen4j.internal.parent.start;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * Bounds the logins to one server at a time: further starts wait. It asks for the servers of a
 * start only if there are more starts than a single server takes, since asking runs a program.
 */
final class LoginTurns {
  /** The most methods whose servers are remembered. */
  private static final int MOST_KNOWN = 1000;

  @GuardedBy("this")
  private final Set<Turn> turns = new HashSet<>();

  @GuardedBy("this")
  private final Map<String, Collection<String>> known = new HashMap<>();

  /** The permission to log in; given back when the login is over, or the start has failed. */
  final class Turn {
    /** The servers; null while they are not known: then the login counts for every server. */
    private final Collection<String> servers;

    private Turn(Collection<String> servers) {
      this.servers = servers;
    }

    /** Gives the permission back; further calls do nothing. */
    void end() {
      synchronized (LoginTurns.this) {
        if (turns.remove(this)) {
          LoginTurns.this.notifyAll();
        }
      }
    }
  }

  /**
   * Waits for the turn of a start.
   *
   * @param over whether nobody wants the start any more, so that it need not wait; {@link #look}
   *     makes this look again
   */
  Turn take(ConnectionMethod<?> method, BooleanSupplier over) throws InterruptedException {
    int most = method.loginsAtOnce();
    if (most <= 0) {
      return new Turn(Collections.emptyList());
    }
    synchronized (this) {
      if (turns.size() < most) {
        return add(null);
      }
    }
    Collection<String> servers = servers(method);
    synchronized (this) {
      while (!fits(servers, most) && !over.getAsBoolean()) {
        wait(); // until a turn ends, or look
      }
      return add(servers);
    }
  }

  @GuardedBy("this")
  private Turn add(Collection<String> servers) {
    Turn turn = new Turn(servers);
    turns.add(turn);
    return turn;
  }

  @GuardedBy("this")
  private boolean fits(Collection<String> servers, int most) {
    for (String server : servers) {
      int there = 0;
      for (Turn turn : turns) {
        if (turn.servers == null || turn.servers.contains(server)) {
          there++;
        }
      }
      if (there >= most) {
        return false;
      }
    }
    return true;
  }

  private Collection<String> servers(ConnectionMethod<?> method) {
    String key = method.loginRoute();
    synchronized (this) {
      Collection<String> servers = known.get(key);
      if (servers != null) {
        return servers;
      }
    }
    List<String> servers = new ArrayList<>(method.loginServers());
    synchronized (this) {
      if (known.size() == MOST_KNOWN) {
        known.clear();
      }
      known.put(key, servers);
    }
    return servers;
  }

  /** Wakes the starts that wait, so that they look whether they still have to. */
  synchronized void look() {
    notifyAll();
  }
}
