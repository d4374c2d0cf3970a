package org.mitogen4j;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CompletionStage;
import org.mitogen4j.internal.context.CapturedOutput;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.kernel.MessageRouter;

/** Runs a function in a child and sends its output to the caller; see {@link CallOutput}. */
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
   * @param function its name and signature, as in the message of a call
   * @param to takes the function's output; closed when the function has ended
   * @param arguments the function's arguments; elements may be null
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
      // the caller unwraps one InvocationTargetException only, the one around this method
      throw e.getCause();
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
    to.close(); // so that the end of the output comes before the answer
  }

  /**
   * Sends an item even when this thread is interrupted, so that cancelling the call loses no
   * output.
   */
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
