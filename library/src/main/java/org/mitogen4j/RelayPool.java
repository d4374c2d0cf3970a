package org.mitogen4j;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.mitogen4j.internal.context.ElasticPool;
import org.mitogen4j.internal.kernel.Link;

/**
 * The threads that pass on items. A reader may be slow to take the pieces of a long one: those
 * behind one link hold up few threads, and the rest of them wait for these.
 */
final class RelayPool {
  private final Router router;
  private final ElasticPool workers;
  private final Map<Link, LinkTurns> links = new HashMap<>(); // guarded by this

  /** What goes out by one link; guarded by what is around it. */
  private static final class LinkTurns {
    int threads;
    final Queue<Runnable> rest = new ArrayDeque<>();
  }

  RelayPool(Router router) {
    this.router = router;
    workers = router.threads("forward");
  }

  /**
   * Runs it on one of the threads, when its turn comes. Does not wait.
   *
   * @param reader who gets the items; -1 where that is not known, or nobody has to be waited for
   */
  void submit(int reader, Runnable work) {
    Link way = reader < 0 ? null : router.full().routing.way(reader);
    if (way == null || router.core().isParent(reader)) {
      workers.submit(work);
      return;
    }
    LinkTurns link;
    synchronized (this) {
      link = links.get(way);
      if (link == null) {
        links.put(way, link = new LinkTurns());
      }
      if (link.threads == ElasticPool.MAX / (way == router.core().parent ? 2 : 4)) {
        link.rest.add(work);
        return;
      }
      link.threads++;
    }
    workers.submit(new Turns(way, link, work));
  }

  /** One thread for a link. */
  private final class Turns implements Runnable {
    private final Link way;
    private final LinkTurns link;
    private final Runnable first;

    Turns(Link way, LinkTurns link, Runnable first) {
      this.way = way;
      this.link = link;
      this.first = first;
    }

    @Override
    public void run() {
      for (Runnable one = first; one != null; one = next()) {
        one.run();
      }
    }

    private Runnable next() {
      synchronized (RelayPool.this) {
        Runnable one = link.rest.poll();
        if (one == null && --link.threads == 0) {
          links.remove(way);
        }
        return one;
      }
    }
  }

  void close() {
    workers.close();
  }
}
