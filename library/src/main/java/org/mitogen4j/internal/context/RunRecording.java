package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.mitogen4j.internal.context.program.LoadListener;
import org.mitogen4j.internal.kernel.Link;

/**
 * Decides whether a context records events with JDK Flight Recorder, and records those of links and
 * output. Any thread may use it.
 */
public final class RunRecording implements LoadListener {
  private final ContextRuntime context;

  /** Null in a context that shares the process of its parent, which records. */
  private final FlightProbe probe;

  /** Null while Flight Recorder is not used in this JVM. */
  private volatile EventRecorder recorder;

  /** The functions that get the recorder once it is open. */
  @GuardedBy("this")
  private final List<Consumer<EventRecorder>> waiting = new ArrayList<>();

  @GuardedBy("this")
  private boolean opening;

  RunRecording(ContextRuntime context, FlightProbe probe) {
    this.context = context;
    this.probe = probe;
  }

  /** The recorder; null while nothing is recorded. */
  EventRecorder recorder() {
    return recorder;
  }

  @Override
  public Object begins(boolean isClass) {
    EventRecorder all = recorder;
    return all == null ? null : all.begin(isClass ? EventKind.CLASS_LOAD : EventKind.RESOURCE_LOAD);
  }

  @Override
  public void ends(Object begun, Object name) {
    EventRecorder all = recorder;
    if (all != null) {
      all.end(begun, name);
    }
  }

  /** Begins to record, if Flight Recorder is in use. May ask the parent for classes. */
  void look() {
    if (recorder == null && probe != null && probe.isInUse()) {
      open();
    }
  }

  /**
   * Called at each heartbeat: records the bytes of each link, or looks whether recording can begin.
   * Another thread begins it, since a child has to ask its parent for the classes.
   */
  void beat() {
    EventRecorder all = recorder;
    if (all != null) {
      traffic(all);
    } else if (probe != null && probe.isInUse()) {
      synchronized (this) {
        if (opening) {
          return;
        }
        opening = true;
      }
      context.threads.execute(this::open);
    }
  }

  private void open() {
    EventRecorder made = probe.open();
    if (made == null) {
      return;
    }
    List<Consumer<EventRecorder>> all;
    synchronized (this) {
      recorder = made;
      all = new ArrayList<>(waiting);
      waiting.clear();
    }
    for (Consumer<EventRecorder> work : all) {
      work.accept(made);
    }
  }

  private void traffic(EventRecorder all) {
    List<Link> links = new ArrayList<>(context.routing.routes.children());
    if (context.router.parent != null) {
      links.add(context.router.parent);
    }
    for (Link link : links) {
      long[] sent = LinkView.sent(link);
      all.end(
          all.begin(EventKind.LINK), link.peer, link.messagesIn, link.bytesIn, sent[0], sent[1]);
    }
  }

  /** Passes the event recorder to a function: now if there is one, otherwise once there is. */
  public void whenOpen(Consumer<EventRecorder> work) {
    EventRecorder made;
    synchronized (this) {
      made = recorder;
      if (made == null) {
        waiting.add(work);
      }
    }
    if (made != null) {
      work.accept(made);
    }
  }

  /** This context sends lines or a log record, or has received them from another context. */
  public void output(int from, int kind, int bytes) {
    EventRecorder all = recorder;
    if (all != null) {
      String name = kind == OutputForwarder.RECORD ? "log record" : "lines";
      all.end(all.begin(EventKind.OUTPUT), from, name, bytes);
    }
  }
}
