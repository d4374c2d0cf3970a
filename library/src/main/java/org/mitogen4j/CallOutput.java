package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.logging.Level;
import org.mitogen4j.internal.context.OutputForwarder;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.master.Loggers;
import org.mitogen4j.internal.master.PrintedText;

/**
 * Takes the output of one call for its caller. In the child, {@link OwnOutput} runs the function
 * and sends its output to a receiver in this context. A thread of this router passes the output to
 * the caller's consumer, and completes the call after the last of it.
 */
final class CallOutput {
  private static final int ARGUMENTS = 3;

  /**
   * The function {@link OwnOutput#run}, which is called in place of the caller's function. Its
   * arguments are the name and the arguments of that function, and the sender for its output.
   */
  static final FunctionRef CAPTURED = FunctionRef.named(OwnOutput.class, "run", ARGUMENTS);

  /** Items after which a thread looks whether the answer has come. */
  private static final int BATCH = 64;

  private final Call<?> call;
  private final Consumer<? super ContextLogRecord> consumer;
  private final Receiver<byte[]> receiver;

  /** Whether a thread passes items to the consumer, or was told to. */
  @GuardedBy("this")
  private boolean taking;

  /** Whether output or the answer may have come since that thread looked last. */
  @GuardedBy("this")
  private boolean more;

  /** Completes the call; null while the answer has not come. */
  @GuardedBy("this")
  private Runnable end;

  CallOutput(Call<?> call, Consumer<? super ContextLogRecord> consumer) {
    this.call = call;
    this.consumer = consumer;
    Context context = call.context();
    receiver = context.router().receiver(byte[].class, Policy.only(context));
    receiver.tell(this::arrived);
    call.capture(this);
    call.whenEnded((result, failure) -> receiver.close());
  }

  /** Writes a call; returns the functions that are going to run in the child. */
  FunctionRef[] write(Encoder e, FunctionRef ref, Object... arguments) {
    e.text(CAPTURED.text());
    writeArguments(e, ref, arguments);
    return new FunctionRef[] {CAPTURED, ref};
  }

  /** Writes the arguments of {@link #CAPTURED}. */
  void writeArguments(Encoder e, FunctionRef ref, Object... arguments) {
    e.varint(ARGUMENTS);
    e.value(ref.text());
    e.u8(Encoder.ARRAY);
    ref.writeArguments(e, arguments);
    e.value(receiver.sender());
  }

  /**
   * Notes that the answer has come, after all output; the completion runs when the consumer has got
   * all output.
   */
  void end(Runnable completion) {
    synchronized (this) {
      end = completion;
    }
    arrived();
  }

  /** May run on any thread, also on a reading thread, so it does not wait. */
  private void arrived() {
    synchronized (this) {
      more = true;
      if (taking) {
        return;
      }
      taking = true;
    }
    // a share of the threads: a child that prints without end may keep its call busy for ever
    call.context().router().consumers.submit(call.context().id(), this::take);
  }

  private void take() {
    while (hasMore()) {
      Runnable last = end();
      boolean taken = takeSome(last == null ? BATCH : receiver.waiting());
      if (last != null) {
        last.run();
      }
      if (last != null || !taken) {
        return; // and no more output is taken
      }
    }
  }

  /**
   * Whether something has come since the last look; if not, this thread stops, and the next arrival
   * starts another.
   */
  private synchronized boolean hasMore() {
    taking = more;
    more = false;
    return taking;
  }

  /** Completes the call after the items that are here now; null while more items may come. */
  private synchronized Runnable end() {
    return end;
  }

  /**
   * Gives items that are here to the consumer.
   *
   * @param most the largest number of items; then it looks again whether the answer is here, behind
   *     which nothing is taken
   * @return false when the consumer throws, or an item can't be read
   */
  private boolean takeSome(int most) {
    try {
      for (int i = 0; i < most; i++) {
        Reply<byte[]> next = receiver.poll(Duration.ZERO);
        if (next == null) {
          return true;
        } else if (!(next.failure()
            instanceof DisconnectedException)) { // the call hears of that, too
          give(next.get());
        }
      }
      synchronized (this) {
        more = true;
      }
      return true;
    } catch (RuntimeException | Error e) {
      call.completeExceptionally(e);
      return false;
    }
  }

  private void give(byte[] item) {
    Context context = call.context();
    int id = context.id();
    Decoder d = new Decoder(context.router().core(), new Message(null, id, id, 0, 0, 0, item));
    int kind = d.u8();
    d.varint(); // the id of the context, which the call knows already
    if (kind == OutputForwarder.RECORD) {
      consumer.accept(LogRecordReader.record(context, context.toString(), d));
      return;
    }
    String stream = kind == OutputForwarder.STDOUT ? "stdout" : "stderr";
    String logger = Loggers.output(context.name(), stream);
    PrintedText.each(
        d.rest(), line -> consumer.accept(new ContextLogRecord(context, logger, Level.INFO, line)));
  }
}
