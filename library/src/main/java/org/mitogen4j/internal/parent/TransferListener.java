package org.mitogen4j.internal.parent;

/** Hears which classes and resources contexts are sent; must neither wait nor throw. */
public interface TransferListener {
  /**
   * Some went to a context, or were queued for it.
   *
   * @param classes how many classes and resources
   * @param bytes as they travel
   * @param begun when that began, as System.nanoTime
   */
  void sent(int context, int classes, long bytes, long begun);
}
