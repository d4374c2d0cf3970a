package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.mitogen4j.internal.context.ElasticPool;
import org.mitogen4j.internal.kernel.Link;

/**
 * Threads that work for other contexts, each of which may be slow: those behind one link to a child
 * hold a quarter of the threads at most, those behind the link to the parent half of them. What
 * else is to be done for them waits.
 */
final class FairPool {
  private final Router router;
  private final ElasticPool workers;

  @GuardedBy("this")
  private final Map<Link, LinkTurns> links = new HashMap<>();

  /** What goes out by one link; guarded by what is around it. */
  private static final class LinkTurns {
    int threads;
    final Queue<Runnable> rest = new ArrayDeque<>();
  }

  /**
   * @param role what the threads are called
   */
  FairPool(Router router, String role) {
    this.router = router;
    workers = router.threads(role);
  }

  /**
   * Runs it on one of the threads, when its turn comes. Does not wait.
   *
   * @param context the one for which the work is done; -1 where that is not known, or the work
   *     can't be slow because of another context
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
      synchronized (FairPool.this) {
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
