package org.mitogen4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.LinkView;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.context.process.HostName;
import org.mitogen4j.internal.context.threads.Deadline;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.start.Starts;

/** Collects what is known of the contexts below this one, and writes it as text. */
final class ContextFacts {
  /** How long other contexts have to answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** The most parents that are asked for the traffic of their links. */
  private static final int MAX_ASKED = 1000;

  /** A child's number, and the numbers of {@link LinkView#traffic}. */
  private static final int LINK_PARTS = 7;

  private static final AnswerShape LINKS =
      AnswerShape.array(
          counts -> areLinks(counts) ? counts : null,
          "for each child its number, and what it was sent and sent itself");

  private final Router router;
  private final Map<Integer, ContextRecord> known;
  private final Map<Integer, List<Integer>> children = new HashMap<>();

  /** By context: the numbers of {@link LinkView#traffic}, as its parent counts them. */
  private final Map<Integer, long[]> links = new HashMap<>();

  /** The steps of the start of the one context that is asked for; null when they are not known. */
  private StartTimeline timeline;

  /** The times that this context itself noted of that start; null for none. */
  private Object[] own;

  ContextFacts(Router router, Map<Integer, ContextRecord> known) {
    this.router = router;
    this.known = known;
    for (ContextRecord k : known.values()) {
      children.computeIfAbsent(k.parent, p -> new ArrayList<>()).add(k.id);
    }
  }

  /** Asks the contexts that have children what went over their links; for a second at most. */
  void askAll() {
    ask(children.keySet());
  }

  /** Asks the parent of a context, and the context on which host it is; for a second at most. */
  ContextInfo of(ContextRecord context) {
    Context asked = router.context(context.id);
    Call<Object> times = askForTimes(context);
    Call<String> host = null;
    if (context.isUp() && context.host == null) {
      host = asked.withTimeout(PATIENCE).callAsync(HostName::own);
    }
    ask(Collections.singleton(context.parent));
    if (times != null) {
      try {
        timeline = StartTimeline.of((Object[]) StartTimeline.SHAPE.check(times.join(), null), own);
      } catch (CompletionException | CancellationException | IllegalArgumentException unanswered) {
        // then it is not known
      }
    }
    if (host != null) {
      try {
        context.host = Printable.line(host.join(), Limits.NAME);
      } catch (CompletionException | CancellationException unanswered) {
        // then it is not known
      }
    }
    return info(context);
  }

  /**
   * Asks the context's parent when the steps of its start were over; null when this context is its
   * parent, or the parent is not up.
   */
  private Call<Object> askForTimes(ContextRecord context) {
    own = context.times.all();
    if (context.parent == router.core().id) {
      timeline = StartTimeline.of(own, own);
      return null;
    }
    ContextRecord above = known.get(context.parent);
    if (above == null || !above.isUp()) {
      return null; // the start has not begun
    }
    Context parent = router.context(context.parent);
    return parent.withTimeout(PATIENCE).callAsync(Starts::timesHere, context.id);
  }

  private void ask(Collection<Integer> parents) {
    List<Call<Object[]>> calls = new ArrayList<>();
    Deadline deadline = Deadline.afterNanos(PATIENCE.toNanos());
    for (int parent : parents) {
      ContextRecord k = known.get(parent);
      long left = deadline.nanosLeft();
      if (k != null && k.isUp() && calls.size() < MAX_ASKED && left > 0) {
        Call<Object[]> call = new Call<>(router, router.context(parent), "describe");
        call.declare(LINKS);
        call.expire(Duration.ofNanos(left));
        call.send(Handle.LINKS, e -> new FunctionRef[0], true);
        calls.add(call);
      }
    }
    seeOwn(router.runtime());
    for (Call<Object[]> call : calls) {
      try {
        note(call.context().id(), call.await());
      } catch (MitogenException unanswered) {
        // then none are shown
      }
    }
  }

  private static boolean areLinks(Object[] counts) {
    for (int i = 0; i < counts.length; i++) {
      Class<?> type = i % LINK_PARTS == 0 ? Integer.class : Long.class;
      if (!AnswerShape.isCount(counts, i, type)) {
        return false;
      }
    }
    return counts.length % LINK_PARTS == 0;
  }

  private void note(int parent, Object[] counts) {
    for (int i = 0; i < counts.length; i += LINK_PARTS) {
      int id = (Integer) counts[i];
      ContextRecord k = known.get(id);
      if (k != null && k.parent == parent) { // a context may report on its own children only
        long[] link = new long[LINK_PARTS - 1];
        for (int n = 0; n < link.length; n++) {
          link[n] = (Long) counts[i + 1 + n];
        }
        links.put(id, link);
      }
    }
  }

  /** Notes the traffic of the links to this context's own children, for which nobody is asked. */
  private void seeOwn(ContextRuntime context) {
    for (Link child : context.routing.routes.children()) {
      links.put(child.peer, LinkView.traffic(context, child));
    }
  }

  int children(int context) {
    return children.getOrDefault(context, Collections.emptyList()).size();
  }

  private ContextInfo info(ContextRecord k) {
    long[] link = links.get(k.id);
    return ContextInfo.below(
        router.context(k.id),
        k,
        children(k.id),
        link == null ? null : new LinkTraffic(link),
        timeline);
  }

  /** The tree below this context as text, one line for each context. */
  String text() {
    seeOwn(router.runtime());
    StringBuilder text = new StringBuilder();
    walk(
        (context, record, depth) -> {
          for (int i = 0; i < depth; i++) {
            text.append("  ");
          }
          if (record == null) {
            text.append(context.id()).append(' ').append(context.name());
          } else {
            text.append(info(record));
          }
          text.append('\n');
        });
    return text.toString();
  }

  /**
   * Writes this context and all that are known below it: each behind its parent, and children of
   * the same parent in the order of their numbers.
   */
  void walk(TreeWriter writer) {
    Context own = router.self();
    writer.write(own, null, 0);
    walkBelow(own.id(), 1, writer);
  }

  private void walkBelow(int parent, int depth, TreeWriter writer) {
    List<Integer> below = children.getOrDefault(parent, Collections.emptyList());
    Collections.sort(below);
    for (int id : below) {
      ContextRecord k = known.get(id);
      if (k != null) { // else it has gone meanwhile
        writer.write(router.context(id), k, depth);
        walkBelow(id, depth + 1, writer);
      }
    }
  }
}
