package org.mitogen4j.internal.context;

import org.mitogen4j.internal.context.functions.ExceptionDescription;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Header;

/** Writes log records of this context as messages, which {@code LogRecordReader} reads. */
public final class LogRecordEncoder {
  private LogRecordEncoder() {}

  /**
   * Writes a log record.
   *
   * @param level as {@code java.util.logging.Level} numbers it
   * @param millis when it was logged, in milliseconds by the clock of this machine
   * @param clockDifference how far that clock is ahead of the master's, in milliseconds; 0 if this
   *     is not known
   * @param logger the logger's name
   * @param thread the name of the thread that logged it
   * @param diagnostics the MDC, each key followed by its value; null for none
   * @param markers names of markers; null for none
   * @param thrown what {@link ExceptionDescription} made of an exception; null for none
   */
  public static Encoder encode(
      ContextRuntime context,
      int level,
      long millis,
      long clockDifference,
      String logger,
      String message,
      String thread,
      Object[] diagnostics,
      Object[] markers,
      Object[] thrown) {
    Encoder e = new Encoder(context.router, true);
    e.u8(OutputForwarder.RECORD);
    e.varint(context.router.id);
    e.zigzag(level);
    e.varint(millis);
    e.zigzag(clockDifference);
    e.text(logger);
    e.text(message);
    e.text(thread);
    e.value(diagnostics);
    e.value(markers);
    e.value(thrown);
    return e;
  }

  /** Whether a record is one frame: a longer message could be overtaken by the next one. */
  public static boolean fitsFrame(Encoder record) {
    return record.borrowed == null && record.len <= Header.MAX_PAYLOAD;
  }
}
