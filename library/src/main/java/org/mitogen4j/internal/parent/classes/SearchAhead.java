package org.mitogen4j.internal.parent.classes;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mitogen4j.internal.context.ResourceKey;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/**
 * Sends classes while a child runs the function that needs them: those that did not go ahead of the
 * call, and those that the search finds as it goes on. At first the child is told that classes are
 * coming: then it waits a moment for a class that it lacks instead of asking for it.
 */
final class SearchAhead {
  /** How long a search goes on at a time while a child runs the function. */
  private static final long MORE_NANOS = 50_000_000;

  /** How long a child is told that classes are coming. */
  private static final long MAX_COMING_MILLIS = 5000;

  private static final String API = "api";

  private final Parent parent;
  private final ClassSender sender;
  private final ClassPusher pusher;
  private final ClassSearches searches;

  SearchAhead(Parent parent, ClassSender sender) {
    this.parent = parent;
    this.sender = sender;
    pusher = sender.pusher;
    searches = sender.searches;
  }

  /** Whether a child can be told that classes are coming: only a direct one, of which this sees. */
  boolean isPossible(ContextRecord child) {
    Link way = parent.context.routing.way(child.id);
    return way != null && way.peer == child.id;
  }

  /**
   * Called before the call is sent.
   *
   * @param rest classes that did not go ahead of it, each with the reason for it
   * @param more whether the search for the function was cut off: it continues for a direct child.
   *     Contexts further down ask for what is missing, since each would be sent other classes
   */
  void start(ContextRecord child, String function, Map<String, String> rest, boolean more) {
    Coming coming = new Coming(child);
    if (isPossible(child) && pusher.hasBundle(child, Parent.RESOURCES)) {
      coming.begin();
    }
    Runnable then =
        more && isPossible(child)
            ? () -> searchOn(child, function, coming)
            : () -> coming.end(Header.BULK);
    new BackgroundPush(parent, child, function, rest).onEnd(then).start();
  }

  private void searchOn(ContextRecord child, String function, Coming coming) {
    boolean goesOn = false;
    try {
      Link way = parent.context.routing.way(child.id);
      Set<String> needed = child.sentClasses().running.get(function);
      if (way == null || needed == null) {
        return; // it is gone, or needs no more
      }
      Map<String, String> found = search(child, function, way, needed);
      if (!found.isEmpty()) {
        goesOn =
            new BackgroundPush(parent, child, function, found)
                .onEnd(() -> searchOn(child, function, coming))
                .start();
      }
    } catch (DeadException | RejectedExecutionException gone) {
      // then it needs nothing more
    } finally {
      if (!goesOn) {
        coming.end(Header.BULK);
      }
    }
  }

  /** Searches for a while; returns what is to be sent, each with the reason for it. */
  private Map<String, String> search(
      ContextRecord child, String function, Link way, Set<String> needed) {
    Map<String, String> all = new LinkedHashMap<>();
    for (String name : searches.more(child.id, function, MORE_NANOS)) {
      all.put(name, "found while it runs " + function);
    }
    needed.addAll(all.keySet());
    boolean byItself = child.sentClasses().asked.get() == 0; // no child's word has led to these
    if (byItself) {
      sender.history.sent(function, false, all.keySet(), true);
    }
    sender.learnResources(function, all.keySet(), byItself ? AskedNames.SEARCH : way.peer);
    if (byItself && searches.usesApi(child.id, function)) {
      pusher.sendBundle(child, Parent.PART);
      pusher.sendBundle(child, API);
    }
    return all;
  }

  /** Tells a child that classes are coming, and later that they are no longer. Thread safe. */
  private final class Coming {
    private final ContextRecord child;
    private final AtomicBoolean isOpen = new AtomicBoolean();

    Coming(ContextRecord child) {
      this.child = child;
    }

    void begin() {
      isOpen.set(true);
      tell(1, 0);
      parent.schedule(() -> end(0), MAX_COMING_MILLIS, MILLISECONDS);
    }

    /**
     * Ends it, if it is not at its end.
     *
     * @param flags {@link Header#BULK} to tell the child behind what was sent before
     */
    void end(int flags) {
      if (isOpen.compareAndSet(true, false)) {
        try {
          tell(-1, flags);
        } catch (DeadException gone) {
          // then it waits for nothing
        }
      }
    }

    private void tell(int change, int flags) {
      SentClasses sent = child.sentClasses();
      sent.lock();
      try {
        int before = sent.coming;
        sent.coming += change;
        if ((before == 0) != (sent.coming == 0)) {
          Encoder e = new Encoder(parent.router, true);
          e.text(ResourceKey.COMING);
          e.bytes(new byte[] {(byte) (before == 0 ? ResourceKey.IS_COMING : 0)});
          parent.router.send(child.id, Handle.PUSH, 0, e, flags, false);
        }
      } finally {
        sent.unlock();
      }
    }
  }
}
