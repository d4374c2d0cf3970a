package org.mitogen4j;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CompletionStage;
import org.mitogen4j.internal.context.CapturedOutput;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.kernel.MessageRouter;

/** Runs a function in a child for a caller who wants to have its output; see {@link CallOutput}. */
final class OwnOutput {
  private final Sender<byte[]> to;
  private final CapturedOutput output;

  private OwnOutput(ContextRuntime context, Sender<byte[]> to) {
    this.to = to;
    output = new CapturedOutput(context, this::send);
  }

  /**
   * Calls a function.
   *
   * @param function as in a call
   * @param to takes its output; closed at its end
   * @return its result
   * @throws Throwable what the function throws
   */
  static Object run(String function, Object[] arguments, Sender<byte[]> to) throws Throwable {
    MessageRouter router = ((MessageRouter.Worker) Thread.currentThread()).router;
    OwnOutput own = new OwnOutput(ContextRuntime.of(router), to);
    CapturedOutput before = own.output.enter();
    Object result = null;
    try {
      result = router.calls.invoke(function, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause(); // the caller takes off one such exception, that of this method
    } finally {
      CapturedOutput.leave(before);
      if (!(result instanceof CompletionStage)) {
        own.end();
      }
    }
    return result instanceof CompletionStage
        ? ((CompletionStage<?>) result).whenComplete((value, failure) -> own.end())
        : result;
  }

  private void end() {
    output.end();
    to.close(); // ahead of the answer
  }

  /** Sends an item, whatever interrupts: nothing is lost because the call is cancelled. */
  private void send(byte[] item) {
    boolean interrupted = false;
    for (boolean sent = false; !sent; ) {
      try {
        to.send(item);
        sent = true;
      } catch (ClosedException | DisconnectedException nobody) {
        output.drop();
        sent = true;
      } catch (MitogenException e) {
        if (!Thread.interrupted()) {
          throw e;
        }
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
