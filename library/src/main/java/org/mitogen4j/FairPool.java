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
    workers.submit(new Turn(way, link, work));
  }

  /** One piece of work of a link; the link's next one has its turn behind it. */
  private final class Turn implements Runnable {
    private final Link way;
    private final LinkTurns link;
    private final Runnable work;

    Turn(Link way, LinkTurns link, Runnable work) {
      this.way = way;
      this.link = link;
      this.work = work;
    }

    @Override
    public void run() {
      try {
        work.run();
      } finally {
        next();
      }
    }

    private void next() {
      Runnable next;
      synchronized (FairPool.this) {
        next = link.rest.poll();
        if (next == null && --link.threads == 0) {
          links.remove(way);
        }
      }
      if (next != null) {
        workers.submit(new Turn(way, link, next));
      }
    }
  }
}
