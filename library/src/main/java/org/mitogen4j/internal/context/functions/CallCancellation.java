package org.mitogen4j.internal.context.functions;

import java.nio.charset.StandardCharsets;
import org.mitogen4j.internal.kernel.CallHandler;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/** Cancels calls: interrupts those that run here, and keeps those that wait from beginning. */
public final class CallCancellation extends Handler {
  private final MessageRouter router;

  public CallCancellation(MessageRouter router) {
    this.router = router;
  }

  /** An incomplete result of a call that can be cancelled. */
  public interface Cancellable {
    /** Called on a reading thread. */
    void cancel();

    /** Whether it runs on a thread now. */
    boolean isOn(Thread thread);
  }

  @Override
  public void receive(Message m) {
    CallHandler.IncomingCall call = router.calls.running.get(m.src + "." + m.replyTo);
    if (call != null) { // else it has ended
      cancel(call, new String(m.pieces[0], StandardCharsets.UTF_8));
    }
  }

  /** Cancels all calls but that which the current thread runs. */
  public void cancelOthers(String why) {
    for (CallHandler.IncomingCall call : router.calls.running.values()) {
      if (call.thread != Thread.currentThread()) {
        cancel(call, why);
      }
    }
  }

  private static void cancel(CallHandler.IncomingCall call, String why) {
    synchronized (call) {
      call.cancelled = why;
      if (call.thread != null) {
        call.thread.interrupt();
      } else if (call.stage instanceof Cancellable) {
        ((Cancellable) call.stage).cancel();
      }
    }
  }

  /**
   * Why the call that the current thread runs is to end; null when it may go on. Takes no lock: a
   * program that asks all the time would keep the reading thread from cancelling.
   */
  public String reason() {
    Thread current = Thread.currentThread();
    for (CallHandler.IncomingCall call : router.calls.running.values()) {
      Object stage = call.stage;
      if (call.thread == current
          || stage instanceof Cancellable && ((Cancellable) stage).isOn(current)) {
        return call.cancelled;
      }
    }
    return null;
  }
}
