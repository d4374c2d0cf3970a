package org.mitogen4j;

import org.mitogen4j.internal.parent.ContextRecord;

/** Writes a tree of contexts in a language of programs that draw graphs. */
abstract class TreeDrawing implements TreeWriter {
  private static final char ENDS = '\n';

  final StringBuilder nodes = new StringBuilder();
  final StringBuilder edges = new StringBuilder();

  private TreeDrawing() {}

  static String mermaid(ContextFacts tree) {
    TreeDrawing drawing = new Mermaid();
    tree.walk(drawing);
    return "flowchart LR\n" + drawing.nodes + drawing.edges;
  }

  static String dot(ContextFacts tree) {
    TreeDrawing drawing = new Dot();
    tree.walk(drawing);
    return "digraph contexts {\n  rankdir=LR;\n  node [shape=box];\n"
        + drawing.nodes
        + drawing.edges
        + "}\n";
  }

  @Override
  public void write(Context context, ContextRecord record, int depth) {
    node(context.id(), context.toString(), record == null ? "" : facts(record));
    if (record != null) {
      edge(record.parent, record.id, record.how == null ? "" : record.how);
    }
  }

  private static String facts(ContextRecord record) {
    return record.isUp()
        ? record.user + ", pid " + record.pid + ", Java " + record.javaVersion
        : "starting";
  }

  /**
   * Writes a context.
   *
   * @param facts a second line of text; may be empty
   */
  abstract void node(int id, String name, String facts);

  /** Writes how a context is reached from its parent. */
  abstract void edge(int parent, int child, String how);

  private static final class Mermaid extends TreeDrawing {
    @Override
    void node(int id, String name, String facts) {
      nodes.append("  c").append(id).append("[\"").append(quoted(name));
      nodes.append(facts.isEmpty() ? "" : "<br>" + quoted(facts)).append("\"]").append(ENDS);
    }

    @Override
    void edge(int parent, int child, String how) {
      edges.append("  c").append(parent).append(" -->|\"").append(quoted(how));
      edges.append("\"| c").append(child).append(ENDS);
    }

    /** A text for use in quotes: a character that could be markup is written as its number. */
    private static String quoted(String text) {
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
  }

  private static final class Dot extends TreeDrawing {
    @Override
    void node(int id, String name, String facts) {
      nodes.append("  c").append(id).append(" [label=\"").append(quoted(name));
      nodes.append(facts.isEmpty() ? "" : "\\n" + quoted(facts)).append("\"];").append(ENDS);
    }

    @Override
    void edge(int parent, int child, String how) {
      edges.append("  c").append(parent).append(" -> c").append(child);
      edges.append(" [label=\"").append(quoted(how)).append("\"];").append(ENDS);
    }

    private static String quoted(String text) {
      return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
  }
}
