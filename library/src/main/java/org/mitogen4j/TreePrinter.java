package org.mitogen4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.LinkView;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;

/** The tree below a context as text, a context a line. */
final class TreePrinter {
  /** How long contexts have to say what went over their links. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Of so many parents with children the links are asked for. */
  private static final int MAX_ASKED = 1000;

  /** A child's number, messages and bytes sent, messages and bytes received. */
  private static final int LINK_PARTS = 5;

  private static final AnswerShape LINKS =
      AnswerShape.array(
          counts -> areLinks(counts) ? counts : null,
          "for each child its number, and what it was sent and sent itself");

  private final Map<Integer, ContextRecord> known;
  private final Map<Integer, List<Integer>> children = new HashMap<>();

  /** By context: sent messages and bytes, received messages and bytes, as its parent sees it. */
  private final Map<Integer, long[]> links = new HashMap<>();

  private final StringBuilder text = new StringBuilder();

  TreePrinter(Map<Integer, ContextRecord> known) {
    this.known = known;
    for (ContextRecord k : known.values()) {
      children.computeIfAbsent(k.parent, p -> new ArrayList<>()).add(k.id);
    }
  }

  /** Asks the contexts that have children what went over their links. */
  void ask(Router router) {
    List<Call<Object[]>> calls = new ArrayList<>();
    long until = System.nanoTime() + PATIENCE.toNanos();
    for (int parent : children.keySet()) {
      ContextRecord k = known.get(parent);
      long left = until - System.nanoTime();
      if (k != null && k.isUp() && calls.size() < MAX_ASKED && left > 0) {
        Call<Object[]> call = new Call<>(router, router.context(parent), "describe");
        call.declare(LINKS);
        call.expire(Duration.ofNanos(left));
        call.send(Handle.LINKS, e -> new FunctionRef[0], true);
        calls.add(call);
      }
    }
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
      if (k != null && k.parent == parent) { // of others it has nothing to say
        long[] link = new long[LINK_PARTS - 1];
        for (int n = 0; n < link.length; n++) {
          link[n] = (Long) counts[i + 1 + n];
        }
        links.put(id, link);
      }
    }
  }

  /** The tree below a context; the links to its own children are seen here. */
  String of(ContextRuntime context) {
    for (Link child : context.routing.routes.children()) {
      long[] sent = LinkView.sent(child);
      links.put(child.peer, new long[] {sent[0], sent[1], child.messagesIn, child.bytesIn});
    }
    text.append(context.router.id).append(' ').append(context.router.name).append('\n');
    describeChildren(context.router.id, "  ");
    return text.toString();
  }

  private void describeChildren(int parent, String indent) {
    List<Integer> below = children.getOrDefault(parent, Collections.emptyList());
    Collections.sort(below);
    for (int id : below) {
      ContextRecord k = known.get(id);
      if (k != null) { // else it has gone meanwhile
        text.append(indent);
        describe(k);
        describeChildren(id, indent + "  ");
      }
    }
  }

  private void describe(ContextRecord k) {
    text.append(k.id).append(' ').append(k.name).append(" (").append(k.how).append(") ");
    text.append(k.isUp() ? k.user + ", pid " + k.pid + ", Java " + k.javaVersion : "starting");
    long[] link = links.get(k.id);
    if (link != null) {
      text.append(", sent ").append(link[0]).append(" messages (").append(link[1]);
      text.append(" bytes), received ").append(link[2]).append(" (").append(link[3]);
      text.append(" bytes)");
    }
    text.append('\n');
  }
}
