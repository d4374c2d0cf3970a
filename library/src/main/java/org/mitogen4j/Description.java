package org.mitogen4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mitogen4j.context.FullContext;
import org.mitogen4j.kernel.Stream;
import org.mitogen4j.parent.Known;

/** The tree below a context as text, a context a line. */
final class Description {
  private final FullContext context;
  private final Map<Integer, Known> known;
  private final Map<Integer, List<Integer>> children = new HashMap<>();
  private final StringBuilder text = new StringBuilder();

  Description(FullContext context, Map<Integer, Known> known) {
    this.context = context;
    this.known = known;
    for (Known k : known.values()) {
      children.computeIfAbsent(k.parent, p -> new ArrayList<>()).add(k.id);
    }
    text.append(context.router.id).append(' ').append(context.router.name).append('\n');
    describeChildren(context.router.id, "  ");
  }

  private void describeChildren(int parent, String indent) {
    List<Integer> below = children.getOrDefault(parent, Collections.emptyList());
    Collections.sort(below);
    for (int id : below) {
      Known k = known.get(id);
      if (k != null) { // else it has gone meanwhile
        text.append(indent);
        describe(k);
        describeChildren(id, indent + "  ");
      }
    }
  }

  private void describe(Known k) {
    text.append(k.id).append(' ').append(k.name).append(" (").append(k.how).append(") ");
    text.append(k.isUp() ? k.user + ", pid " + k.pid + ", Java " + k.javaVersion : "starting");
    Stream stream = context.routing.routes.get(k.id);
    if (stream != null && stream.peer == k.id) { // of others only their parents know
      long[] sent = stream.sent();
      text.append(", sent ").append(sent[0]).append(" messages (").append(sent[1]);
      text.append(" bytes), received ").append(stream.messagesIn);
      text.append(" (").append(stream.bytesIn).append(" bytes)");
    }
    text.append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
