package org.mitogen4j;

/**
 * Hears what happens in a run, for timelines and events. Called on any thread, reading threads
 * among them: it neither waits nor runs code of the program. Times are those of System.nanoTime.
 */
interface RunListener {
  /** The start of a context begins. */
  void starts(Context context, Context parent, long nanos);

  /**
   * The start of a context is over.
   *
   * @param failure why there was none; null when it is up
   */
  void started(Context context, Throwable failure);

  /**
   * A call is about to be sent.
   *
   * @return what this hears at the call's end; null for nothing
   */
  Object calls(Call<?> call);

  /**
   * A call is over.
   *
   * @param begun as {@link #calls} returned it
   * @param failure null when the function returned
   */
  void called(Call<?> call, Object begun, Throwable failure);

  /** Classes or resources went to a context, or were queued for it. */
  void sent(int context, int classes, long bytes, long begun);

  /** A context has ended, or could not be started. */
  void ended(Context context, EndReason reason);
}
