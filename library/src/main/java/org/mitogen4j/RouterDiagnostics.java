package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.context.process.HostName;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.master.FrameLog;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.start.ChildBootstrap;
import org.mitogen4j.internal.parent.start.Rehearsal;

/**
 * The methods of {@link Router} and {@link Context} that only look and change nothing: facts about
 * this context and the contexts that it knows, for people and for programs that watch a run. Any
 * thread may use it.
 */
final class RouterDiagnostics {
  private final Router router;
  private final MessageRouter core;
  private final ContextRuntime runtime;
  private final Parent parent;

  @GuardedBy("this")
  private Timeline timeline;

  RouterDiagnostics(Router router, Parent parent) {
    this.router = router;
    this.parent = parent;
    core = router.core();
    runtime = router.runtime();
  }

  private ContextFacts facts() {
    return new ContextFacts(router, parent.known);
  }

  /** As {@link Context#info}. */
  ContextInfo info(Context context) {
    ContextFacts facts = facts();
    if (context.id() == core.id) {
      return ContextInfo.own(context, HostName.own(), parent.pid(), facts.children(core.id));
    }
    ContextRecord known = parent.known.get(context.id());
    if (known != null) {
      return facts.of(known);
    }
    return runtime.disconnects.isGone(context.id())
        ? ContextInfo.ended(context, EndReason.of(runtime.disconnects.cause(context.id())))
        : new ContextInfo(context, ContextInfo.State.UNKNOWN);
  }

  /** As {@link Router#explain}. */
  StartPlan explain(List<? extends ConnectionMethod<?>> way) {
    List<StartPlan.Hop> hops = new ArrayList<>();
    String from = core.name;
    for (ConnectionMethod<?> method : way) {
      String name = ChildBootstrap.nameOf(method);
      Rehearsal rehearsal = Rehearsal.of(parent, method, hops.isEmpty());
      hops.add(new StartPlan.Hop(from, name, method.toString(), rehearsal));
      from = name;
    }
    return new StartPlan(hops);
  }

  /** As {@link Context#parent}. */
  Context parentOf(int id) {
    int above = -1;
    ContextRecord known = parent.known.get(id);
    if (known != null) {
      above = known.parent;
    }
    int below = core.id;
    for (int p : core.parents) {
      above = below == id ? p : above;
      below = p;
    }
    return above < 0 ? null : router.context(above);
  }

  /** As {@link Context#children}. */
  List<Context> childrenOf(int id) {
    List<Context> found = new ArrayList<>();
    for (Context context : router.contexts()) {
      ContextRecord known = parent.known.get(context.id());
      if (known != null && known.parent == id) {
        found.add(context);
      }
    }
    return found;
  }

  /** As {@link Router#describe}. */
  String describe() {
    ContextFacts facts = facts();
    facts.askAll();
    return facts.text();
  }

  /** As {@link Router#mermaid}. */
  String mermaid() {
    return TreeDrawing.mermaid(facts());
  }

  /** As {@link Router#dot}. */
  String dot() {
    return TreeDrawing.dot(facts());
  }

  /** As {@link Router#dump}. */
  String dump(Duration limit) {
    List<Call<String>> calls = new ArrayList<>();
    List<Context> all = new ArrayList<>(router.contexts());
    all.add(0, router.self());
    for (Context context : all) {
      calls.add(context.withTimeout(limit).dumpLater(false));
    }
    StringBuilder text = new StringBuilder();
    for (Call<String> call : calls) {
      text.append(call.context()).append(", ");
      try {
        text.append(Printable.lines(call.join()));
      } catch (CompletionException e) {
        text.append(e.getCause().getMessage()).append('\n');
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** As {@link Router#timeline}. */
  synchronized Timeline timeline() {
    if (timeline == null) {
      timeline = new Timeline(router);
    }
    return timeline;
  }

  /** As {@link Router#traceFrames}. */
  FrameTrace traceFrames(Path file) throws IOException {
    if (!(parent.frameListener instanceof FrameLog)) {
      throw new IllegalStateException(core.name + " is not the master");
    }
    FrameTrace trace = new FrameTrace(core, (FrameLog) parent.frameListener, file);
    runtime.atEnd(
        () -> {
          try {
            trace.close();
          } catch (IOException e) {
            runtime.warn("the frame trace " + file + " is incomplete: " + e);
          }
        });
    return trace;
  }

  /** When the steps of the start of a child of this context were over; null where not known. */
  StartTimeline startSteps(Context context) {
    ContextRecord record = parent.known.get(context.id());
    Object[] own = record == null || record.parent != core.id ? null : record.times.all();
    return StartTimeline.of(own, null);
  }

  /** As {@link Router#counters}. */
  RouterCounters counters() {
    int handles = 0;
    for (long handle : core.handlers.keySet()) {
      if (handle >= Handle.FIRST_FREE) {
        handles++;
      }
    }
    return new RouterCounters(
        parent.known.size(),
        runtime.routing.routes.children().size(),
        runtime.routing.routes.size(),
        handles,
        core.calls.running.size());
  }

  /** As {@link Router#toString}. */
  @Override
  public String toString() {
    return facts().text();
  }
}
