package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.mitogen4j.internal.context.threads.ElasticPool;
import org.mitogen4j.internal.kernel.Link;

/**
 * A pool of threads for work that another context may make slow. Contexts behind one link to a
 * child hold at most a quarter of the threads, those behind the link to the parent at most half.
 * Further work for the same link waits in a queue of its own.
 */
final class FairPool {
  private final Router router;
  private final ElasticPool workers;

  @GuardedBy("this")
  private final Map<Link, LinkTurns> links = new HashMap<>();

  /** The work for contexts behind one link; guarded by the pool. */
  private static final class LinkTurns {
    int threads;
    final Queue<Runnable> rest = new ArrayDeque<>();
  }

  FairPool(Router router) {
    this.router = router;
    workers = router.threads();
  }

  /**
   * Queues work for one of the threads. Does not wait.
   *
   * @param context the context that may make the work slow; -1 for none
   * @param work runs once a thread of the link's share is free
   */
  void submit(int context, Runnable work) {
    Link way = context < 0 ? null : router.runtime().routing.way(context);
    if (way == null || router.core().isParent(context)) {
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

  /** Does the work for one link on one thread, until there is none. */
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
      synchronized (FairPool.this) {
        Runnable one = link.rest.poll();
        if (one == null && --link.threads == 0) {
          links.remove(way);
        }
        return one;
      }
    }
  }
}
