package org.mitogen4j;

/** How busy a context is. */
public final class Workload {
  /** How it travels: an array of two numbers. */
  static final AnswerShape SHAPE =
      AnswerShape.array(
          counts ->
              counts.length == 2
                      && AnswerShape.isCount(counts, 0, Integer.class)
                      && AnswerShape.isCount(counts, 1, Integer.class)
                  ? new Workload((int) counts[0], (int) counts[1])
                  : null,
          "the numbers of calls that run and that wait");

  private final int running;
  private final int queued;

  Workload(int running, int queued) {
    this.running = running;
    this.queued = queued;
  }

  /**
   * Calls that have begun and not answered: up to 64 that have a thread, and those whose function
   * returned a CompletionStage that is not complete.
   */
  public int running() {
    return running;
  }

  /** Calls that wait for a thread or for their turn; up to 256 KiB of each caller's calls wait. */
  public int queued() {
    return queued;
  }

  @Override
  public String toString() {
    return running + " running, " + queued + " queued";
  }
}
