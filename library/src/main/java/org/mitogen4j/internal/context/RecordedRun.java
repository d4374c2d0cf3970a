package org.mitogen4j.internal.context;

import org.mitogen4j.internal.context.functions.FunctionName;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/** Runs a call, and records that as an event. */
final class RecordedRun implements Runnable {
  private static final ThreadLocal<RecordedRun> CURRENT = new ThreadLocal<>();

  private final EventRecorder recorder;
  private final Runnable call;
  private String function;
  private int caller;

  RecordedRun(EventRecorder recorder, Runnable call) {
    this.recorder = recorder;
    this.call = call;
  }

  /** Notes which call the current thread has begun. */
  static void begun(MessageRouter router, Message message) {
    RecordedRun run = CURRENT.get();
    if (run != null) {
      run.caller = message.src;
      run.function = new Decoder(router, message).text();
    }
  }

  @Override
  public void run() {
    Object event = recorder.begin(EventKind.RUN);
    CURRENT.set(this);
    try {
      call.run();
    } finally {
      CURRENT.remove();
      String name = function == null ? "" : FunctionName.of(function).toString();
      recorder.end(event, name, caller);
    }
  }
}
