package org.mitogen4j;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.context.EventKind;
import org.mitogen4j.internal.context.EventRecorder;

/** Records the events of a run with the JVM's {@link EventRecorder}. */
final class RunEvents implements RunListener {
  private final EventRecorder recorder;

  /** Starts that are not over. */
  private final Map<Context, Object> starting = new ConcurrentHashMap<>();

  RunEvents(EventRecorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public void starts(Context context, Context parent, long nanos) {
    Object event = recorder.begin(EventKind.CONNECT);
    if (event != null) {
      starting.put(context, event);
    }
  }

  @Override
  public void started(Context context, Throwable failure) {
    recorder.end(starting.remove(context), context.toString(), text(failure));
  }

  private static String text(Throwable failure) {
    return failure == null ? null : failure.toString();
  }

  @Override
  public Object calls(Call<?> call) {
    return recorder.begin(EventKind.CALL);
  }

  @Override
  public void called(Call<?> call, Object begun, Throwable failure) {
    recorder.end(begun, call.context().toString(), call.function(), text(failure));
  }

  @Override
  public void sent(int context, int classes, long bytes, long begun) {
    Object event = recorder.begin(EventKind.CLASSES_SENT);
    recorder.end(event, "context " + context, classes, bytes);
  }

  @Override
  public void ended(Context context, EndReason reason) {
    recorder.end(recorder.begin(EventKind.END), context.toString(), reason.text());
  }
}
