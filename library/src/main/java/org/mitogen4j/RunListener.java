package org.mitogen4j;

/**
 * Is told of the events of a run, for timelines and Flight Recorder. May be called on any thread,
 * also on reading threads, so it must neither wait nor run code of the program. Times are those of
 * System.nanoTime.
 */
interface RunListener {
  /** The start of a context begins. */
  void starts(Context context, Context parent, long nanos);

  /**
   * The start of a context is over.
   *
   * @param failure why the start failed; null when the context is up
   */
  void started(Context context, Throwable failure);

  /**
   * A call is about to be sent.
   *
   * @return an object that is passed to {@link #called} at the end of the call; may be null
   */
  Object calls(Call<?> call);

  /**
   * A call is over.
   *
   * @param begun the object that {@link #calls} returned
   * @param failure null when the function returned
   */
  void called(Call<?> call, Object begun, Throwable failure);

  /**
   * Classes or resources were sent to a context, or queued for it. {@code begun} is the time when
   * that began.
   */
  void sent(int context, int classes, long bytes, long begun);

  /** A context has ended, or could not be started. */
  void ended(Context context, EndReason reason);
}
