package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.context.printed.Printable;

/**
 * What happened in a run, by time: starts of contexts, classes that were sent, calls, and ends of
 * contexts. {@link Router#timeline} creates it; from then on it records what its router starts,
 * calls and sends. What other contexts do among themselves is not recorded. Any thread may use it;
 * its methods do not block.
 *
 * <p>It keeps the first 100,000 spans, of 100 to 500 bytes each; further spans are counted and
 * dropped.
 */
public final class Timeline {
  private static final int MAX_SPANS = 100_000;

  /** The longest text of a span in characters; what is beyond is cut off. */
  private static final int MAX_TEXT = 200;

  /** The kinds of spans. */
  public enum Kind {
    /** From the program's request for a context until it is up, or its start has failed. */
    START,
    /** A step of the start of a direct child, up to {@link StartTimeline.Step#JVM_UP}. */
    STEP,
    /** Sending classes or resources to a context, or queueing them for it. */
    CLASSES,
    /** From sending a call until its result or failure is here. */
    CALL,
    /** A context has ended; the span has no length. */
    END
  }

  /** Something that took time in one context or for it. */
  public static final class Span {
    private final Context context;
    private final Kind kind;
    private final Duration start;
    private final Duration length;
    private final String text;
    private final boolean failed;

    Span(Context context, Kind kind, Duration start, Duration length, String text, boolean failed) {
      this.context = context;
      this.kind = kind;
      this.start = start;
      this.length = length;
      this.text = text;
      this.failed = failed;
    }

    /** The context that the span belongs to. */
    public Context context() {
      return context;
    }

    /** The kind of the span. */
    public Kind kind() {
      return kind;
    }

    /** The time from the beginning of the timeline to the beginning of the span. */
    public Duration start() {
      return start;
    }

    /** The length of the span; zero for an END. */
    public Duration length() {
      return length;
    }

    /**
     * The called function, the number of classes and bytes, or the reason of a failure or an end;
     * safe to print.
     */
    public String text() {
      return text;
    }

    /** Whether a start or a call failed, or a context ended without being shut down. */
    public boolean failed() {
      return failed;
    }

    @Override
    public String toString() {
      return context + " " + kind + " at " + start + " for " + length + ": " + text;
    }
  }

  private final Router router;
  private final Instant began = Instant.now();
  private final long zero = System.nanoTime();

  @GuardedBy("this")
  private final List<Span> spans = new ArrayList<>();

  @GuardedBy("this")
  private long dropped;

  /** When each start began that is not over yet, by context. */
  @GuardedBy("this")
  private final Map<Context, Long> starting = new HashMap<>();

  /** The parent of each context, if its start was recorded. */
  @GuardedBy("this")
  private final Map<Context, Context> parents = new HashMap<>();

  Timeline(Router router) {
    this.router = router;
    router.run.add(new Recorder());
  }

  /** Turns the events of the run into spans. */
  private final class Recorder implements RunListener {
    @Override
    public void starts(Context context, Context parent, long nanos) {
      synchronized (Timeline.this) {
        if (spans.size() < MAX_SPANS) {
          starting.put(context, nanos);
          parents.put(context, parent);
        }
      }
    }

    @Override
    public void started(Context context, Throwable failure) {
      synchronized (Timeline.this) {
        Long begun = starting.remove(context);
        if (begun != null) {
          String text = failure == null ? "start" : "start failed: " + failure.getMessage();
          add(context, Kind.START, begun, text, failure != null);
          addSteps(context, begun);
        }
      }
    }

    @Override
    public Object calls(Call<?> call) {
      return System.nanoTime();
    }

    @Override
    public void called(Call<?> call, Object begun, Throwable failure) {
      String text = call.function() + (failure == null ? "" : ": " + failure);
      add(call.context(), Kind.CALL, (long) begun, text, failure != null);
    }

    @Override
    public void sent(int context, int classes, long bytes, long begun) {
      String text = classes + (classes == 1 ? " class" : " classes") + ", " + bytes + " bytes";
      add(router.context(context), Kind.CLASSES, begun, text, false);
    }

    @Override
    public void ended(Context context, EndReason reason) {
      boolean failed = reason.kind() != EndReason.Kind.SHUT_DOWN;
      add(context, Kind.END, System.nanoTime(), reason.text(), failed);
    }
  }

  @GuardedBy("this")
  private void addSteps(Context context, long begun) {
    StartTimeline steps = router.diagnostics().startSteps(context);
    Duration from = Duration.ofNanos(Math.max(0, begun - zero));
    Duration last = Duration.ZERO;
    for (StartTimeline.Step step : StartTimeline.Step.values()) {
      Duration at =
          steps == null || step == StartTimeline.Step.FIRST_RESULT ? null : steps.at(step);
      if (at != null) {
        Duration length = at.compareTo(last) > 0 ? at.minus(last) : Duration.ZERO;
        keep(context, Kind.STEP, from.plus(last), length, StartTimeline.text(step), false);
        last = last.plus(length);
      }
    }
  }

  private synchronized void add(
      Context context, Kind kind, long begun, String text, boolean failed) {
    long start = Math.max(0, begun - zero);
    long length = kind == Kind.END ? 0 : Math.max(0, System.nanoTime() - zero - start);
    Duration from = Duration.ofNanos(start);
    String line = Printable.line(text);
    String kept = line.length() > MAX_TEXT ? line.substring(0, MAX_TEXT) + "..." : line;
    keep(context, kind, from, Duration.ofNanos(length), kept, failed);
  }

  @GuardedBy("this")
  private void keep(
      Context context, Kind kind, Duration from, Duration length, String text, boolean failed) {
    if (spans.size() < MAX_SPANS) {
      spans.add(new Span(context, kind, from, length, text, failed));
    } else {
      dropped++;
    }
  }

  /** The time at which this timeline began. */
  public Instant began() {
    return began;
  }

  /** The spans that were recorded so far, in the order in which they ended; a copy. */
  public synchronized List<Span> spans() {
    return Collections.unmodifiableList(new ArrayList<>(spans));
  }

  /** The number of spans that were dropped because there was no room for them. */
  public synchronized long dropped() {
    return dropped;
  }

  /** The context that started another; null when that start was not recorded. */
  synchronized @Nullable Context parent(Context context) {
    Context parent = parents.get(context);
    return parent == null ? context.parent() : parent;
  }

  /**
   * A page that shows the timeline: one row for each context, in the order of the tree, with the
   * spans along the time. The page needs no other file, and runs no script.
   *
   * @return an HTML document
   */
  public String html() {
    return new TimelinePage(this).html();
  }

  /**
   * Writes {@link #html} to a file, in UTF-8; an existing file is replaced. Blocks until then.
   *
   * @param file the file to write
   * @throws IOException when the file can't be written
   */
  public void writeHtml(Path file) throws IOException {
    Files.write(file, html().getBytes(StandardCharsets.UTF_8));
  }
}
