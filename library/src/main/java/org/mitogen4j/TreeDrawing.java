package org.mitogen4j;

import java.util.List;
import java.util.function.Function;
import org.mitogen4j.internal.parent.ContextRecord;

/** Writes the tree below a router in the languages of programs that draw graphs. */
final class TreeDrawing {
  private static final String ENDS = "\n";

  private final Router router;
  private final Function<Context, ContextRecord> records;

  /**
   * @param records returns what is known of a context; null for the router's own context
   */
  TreeDrawing(Router router, Function<Context, ContextRecord> records) {
    this.router = router;
    this.records = records;
  }

  String mermaid() {
    StringBuilder s = new StringBuilder("flowchart LR").append(ENDS);
    List<Context> below = router.contexts();
    node(s, router.self());
    for (Context context : below) {
      node(s, context);
    }
    for (Context context : below) {
      Context parent = context.parent();
      if (parent != null) {
        s.append("  c").append(parent.id()).append(" -->|\"");
        s.append(mermaid(how(context))).append("\"| c").append(context.id()).append(ENDS);
      }
    }
    return s.toString();
  }

  private void node(StringBuilder s, Context context) {
    s.append("  c").append(context.id()).append("[\"").append(mermaid(context.toString()));
    String more = facts(context);
    s.append(more.isEmpty() ? "" : "<br>" + mermaid(more)).append("\"]").append(ENDS);
  }

  /** A text for use in quotes: a character that could be markup is written as its number. */
  private static String mermaid(String text) {
    StringBuilder s = new StringBuilder();
    for (int i = 0, point; i < text.length(); i += Character.charCount(point)) {
      point = text.codePointAt(i);
      if (Character.isLetterOrDigit(point) || " .,:@/()-+=".indexOf(point) >= 0) {
        s.appendCodePoint(point);
      } else {
        s.append('#').append(point).append(';');
      }
    }
    return s.toString();
  }

  String dot() {
    StringBuilder s = new StringBuilder("digraph contexts {").append(ENDS);
    s.append("  rankdir=LR;").append(ENDS).append("  node [shape=box];").append(ENDS);
    List<Context> below = router.contexts();
    dotNode(s, router.self());
    for (Context context : below) {
      dotNode(s, context);
    }
    for (Context context : below) {
      Context parent = context.parent();
      if (parent != null) {
        s.append("  c").append(parent.id()).append(" -> c").append(context.id());
        s.append(" [label=\"").append(dot(how(context))).append("\"];").append(ENDS);
      }
    }
    return s.append('}').append(ENDS).toString();
  }

  private void dotNode(StringBuilder s, Context context) {
    String more = facts(context);
    s.append("  c").append(context.id()).append(" [label=\"").append(dot(context.toString()));
    s.append(more.isEmpty() ? "" : "\\n" + dot(more)).append("\"];").append(ENDS);
  }

  private static String dot(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private String how(Context context) {
    ContextRecord record = records.apply(context);
    return record == null || record.how == null ? "" : record.how;
  }

  private String facts(Context context) {
    ContextRecord record = records.apply(context);
    if (record == null) {
      return "";
    }
    return record.isUp()
        ? record.user + ", pid " + record.pid + ", Java " + record.javaVersion
        : "starting";
  }
}
