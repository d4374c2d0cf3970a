package org.mitogen4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.mitogen4j.Timeline.Kind;
import org.mitogen4j.Timeline.Span;

/** Draws a {@link Timeline}: one row for each context, spans of one context side by side. */
final class TimelinePage {
  private static final int LABEL = 240;
  private static final int WIDTH = 1000;
  private static final int TOP = 30;

  /** Pixels at the right edge: room for half of the label of the last tick. */
  private static final int MARGIN = 40;

  private static final int TICKS = 10;

  /** Height of a row in pixels when there are at most {@link #FEW_ROWS} contexts. */
  private static final int HIGH_ROW = 36;

  private static final int LOW_ROW = 16;
  private static final int FEW_ROWS = 40;

  /**
   * The most calls of one context that are drawn below each other when they run at the same time;
   * further ones overlap.
   */
  private static final int LANES = 6;

  /** Pixels by which each level of the tree is indented. */
  private static final int INDENT = 10;

  private static final int MAX_INDENT = 100;

  /** Pixels that a character of a label takes at most, except very wide characters. */
  private static final int CHARACTER = 8;

  private static final String STYLE =
      "body{font:13px sans-serif;margin:16px}svg{display:block}text{font:11px sans-serif}"
          + ".row{fill:#f6f6f6}.row.odd{fill:#fff}.tick{stroke:#ddd}.life{fill:#e4e9f2}"
          + ".START{fill:#e8a33d}.STEP{fill:#e8a33d;stroke:#fff;stroke-width:.5}.CLASSES{fill:#5b9f5b}.CALL{fill:#4a7dc4}"
          + ".failed{fill:#c43c3c}.END{fill:#333}.END.failed{fill:#c43c3c}"
          + "rect.START:hover,rect.STEP:hover,rect.CLASSES:hover,rect.CALL:hover{opacity:.6}"
          + ".key{display:inline-block;width:12px;height:12px;margin:0 4px 0 12px}";

  private final Timeline timeline;
  private final StringBuilder s = new StringBuilder();
  private final Map<Context, List<Span>> rows = new LinkedHashMap<>();
  private final Map<Context, Integer> depths = new LinkedHashMap<>();
  private final long nanos;
  private final int height;

  TimelinePage(Timeline timeline) {
    this.timeline = timeline;
    List<Span> spans = timeline.spans();
    long last = 1;
    Map<Integer, Context> byId = new TreeMap<>();
    Map<Context, List<Span>> of = new LinkedHashMap<>();
    for (Span span : spans) {
      last = Math.max(last, span.start().plus(span.length()).toNanos());
      byId.putIfAbsent(span.context().id(), span.context());
      of.computeIfAbsent(span.context(), c -> new ArrayList<>()).add(span);
    }
    nanos = last;
    arrange(byId, of);
    height = rows.size() <= FEW_ROWS ? HIGH_ROW : LOW_ROW;
  }

  /** Puts children below their parents. */
  private void arrange(Map<Integer, Context> byId, Map<Context, List<Span>> of) {
    Map<Context, List<Context>> children = new LinkedHashMap<>();
    List<Context> roots = new ArrayList<>();
    for (Context context : byId.values()) {
      Context parent = timeline.parent(context);
      if (parent != null && of.containsKey(parent) && !parent.equals(context)) {
        children.computeIfAbsent(parent, c -> new ArrayList<>()).add(context);
      } else {
        roots.add(context);
      }
    }
    List<Context> stack = new ArrayList<>();
    for (int i = roots.size() - 1; i >= 0; i--) {
      depths.put(roots.get(i), 0);
      stack.add(roots.get(i));
    }
    while (!stack.isEmpty()) {
      Context context = stack.remove(stack.size() - 1);
      List<Span> own = of.get(context);
      own.sort(Comparator.comparing(Span::start));
      rows.put(context, own);
      List<Context> below = children.getOrDefault(context, new ArrayList<>());
      for (int i = below.size() - 1; i >= 0; i--) {
        depths.put(below.get(i), depths.get(context) + 1);
        stack.add(below.get(i));
      }
    }
  }

  String html() {
    s.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"UTF-8\">");
    s.append("<title>Mitogen4j timeline</title><style>").append(STYLE).append("</style></head>");
    s.append("<body>\n<h1>Timeline</h1>\n<p>").append(rows.size()).append(" contexts, ");
    s.append(text(nanos)).append(" from ").append(timeline.began());
    if (timeline.dropped() > 0) {
      s.append("; ").append(timeline.dropped()).append(" further spans are not shown");
    }
    s.append(".");
    key("START", "start");
    key("CLASSES", "classes and resources");
    key("CALL", "call");
    key("failed", "failed");
    key("END", "end");
    s.append("</p>\n");
    int high = TOP + rows.size() * height + TOP;
    s.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"").append(LABEL + WIDTH + MARGIN);
    s.append("\" height=\"").append(high).append("\" role=\"img\">\n");
    rows();
    ticks(high);
    s.append("</svg>\n</body></html>\n");
    return s.toString();
  }

  private void key(String kind, String text) {
    s.append("<svg class=\"key\"><rect class=\"").append(kind);
    s.append("\" width=\"12\" height=\"12\"/></svg>").append(text);
  }

  private void ticks(int high) {
    for (int i = 0; i <= TICKS; i++) {
      double x = LABEL + (double) WIDTH * i / TICKS;
      s.append("<line class=\"tick\" x1=\"").append(x).append("\" x2=\"").append(x);
      s.append("\" y1=\"").append(TOP - 6).append("\" y2=\"").append(high - TOP + 6);
      s.append("\"/>\n");
      for (int y : new int[] {TOP - 12, high - TOP + 18}) {
        s.append("<text x=\"").append(x).append("\" y=\"").append(y);
        s.append("\" text-anchor=\"middle\">").append(text(nanos / TICKS * i)).append("</text>\n");
      }
    }
  }

  private static String text(long nanos) {
    double millis = nanos / 1e6;
    return millis < 10_000
        ? String.format(Locale.ROOT, "%.1f ms", millis)
        : String.format(Locale.ROOT, "%.2f s", millis / 1000);
  }

  private void rows() {
    int y = TOP;
    for (Map.Entry<Context, List<Span>> row : rows.entrySet()) {
      Context context = row.getKey();
      boolean odd = (y - TOP) / height % 2 > 0;
      s.append("<g id=\"c").append(context.id()).append("\"><rect class=\"row");
      s.append(odd ? " odd" : "").append("\" x=\"0\" y=\"").append(y).append("\" width=\"");
      s.append(LABEL + WIDTH).append("\" height=\"").append(height).append("\"/>\n");
      int x = Math.min(MAX_INDENT, INDENT * depths.get(context));
      String name = context.toString();
      int most = (LABEL - x) / CHARACTER;
      String label = name.length() > most ? name.substring(0, most - 1) + "…" : name;
      s.append("<text class=\"label\" x=\"").append(x).append("\" y=\"");
      s.append(y + height / 2 + 4).append("\">").append(escape(label)).append("<title>");
      s.append(escape(name)).append("</title></text>\n");
      life(row.getValue(), y);
      spans(row.getValue(), y);
      s.append("</g>\n");
      y += height;
    }
  }

  /** Draws a band from the first span of a context to its end. */
  private void life(List<Span> spans, int y) {
    long from = spans.get(0).start().toNanos();
    long to = nanos;
    for (Span span : spans) {
      to = span.kind() == Kind.END ? span.start().toNanos() : to;
    }
    rect("life", x(from), y + 1, x(to) - x(from), height - 2, null);
  }

  private double x(long at) {
    return LABEL + (double) WIDTH * at / nanos;
  }

  /**
   * Draws calls in lanes, and sent classes below them. A span that would be drawn over a visible
   * one of the same kind is left out.
   */
  private void spans(List<Span> spans, int y) {
    int band = height / 4; // the height of classes, in pixels
    List<Duration> ends = new ArrayList<>(); // when the last call in each lane ended
    Map<Span, Integer> lanes = new LinkedHashMap<>();
    for (Span span : spans) {
      if (span.kind() == Kind.CALL) {
        int lane = 0;
        while (lane < ends.size() && ends.get(lane).compareTo(span.start()) > 0) {
          lane++;
        }
        Duration end = span.start().plus(span.length());
        if (lane == ends.size() && lane < LANES) {
          ends.add(end);
        } else {
          lane = Math.min(lane, LANES - 1);
          ends.set(lane, end);
        }
        lanes.put(span, lane);
      }
    }
    double lane = (height - 2.0 - band) / Math.max(1, ends.size());
    // the last pixel that is drawn, by kind and lane
    Map<String, Double> drawn = new LinkedHashMap<>();
    for (Span span : spans) {
      double from = x(span.start().toNanos());
      double to = Math.max(from + 1, x(span.start().plus(span.length()).toNanos()));
      int in = lanes.getOrDefault(span, 0);
      String as = span.kind() + (span.failed() ? " failed" : "");
      if (to <= drawn.getOrDefault(as + in, -1.0) + 0.5) {
        continue;
      }
      drawn.put(as + in, to);
      String title = span.text() + " (at " + text(span.start().toNanos());
      title += span.kind() == Kind.END ? ")" : ", " + text(span.length().toNanos()) + ")";
      if (span.kind() == Kind.CLASSES) {
        rect(as, from, y + height - 1 - band, to - from, band, title);
      } else if (span.kind() == Kind.CALL) {
        rect(as, from, y + 1 + in * lane, to - from, Math.max(1, lane - 0.5), title);
      } else if (span.kind() == Kind.START || span.kind() == Kind.STEP) {
        rect(as, from, y + 1, to - from, height - 2.0 - band, title);
      } else {
        rect(as, from, y + 1, 3, height - 2, title);
      }
    }
  }

  private void rect(String kind, double x, double y, double width, double high, String title) {
    s.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"",
            kind,
            x,
            y,
            Math.max(0, width),
            high));
    if (title == null) {
      s.append("/>\n");
    } else {
      s.append("><title>").append(escape(title)).append("</title></rect>\n");
    }
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
