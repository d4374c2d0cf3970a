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
 * Lets starts wait while other starts are logging in to the same server, as many as it takes. Asks
 * for the servers of a start only when there are more starts than any single server takes, since
 * asking runs a program.
 */
final class LoginTurns {
  /** The most methods whose servers are remembered. */
  private static final int MOST_KNOWN = 1000;

  @GuardedBy("this")
  private final Set<Turn> turns = new HashSet<>();

  @GuardedBy("this")
  private final Map<String, Collection<String>> known = new HashMap<>();

  /** The leave to log in; given back once the login is over, or its start has failed. */
  final class Turn {
    /** Null while it is not known: then it may be any. */
    private final Collection<String> servers;

    private Turn(Collection<String> servers) {
      this.servers = servers;
    }

    /** Gives it back; more often does nothing. */
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

  /** Who waits is to look whether it still has to. */
  synchronized void look() {
    notifyAll();
  }
}
