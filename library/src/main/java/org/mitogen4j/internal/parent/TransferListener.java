package org.mitogen4j.internal.parent;

/**
 * Is told which classes and resources are sent to contexts. Called on any thread; must neither wait
 * nor throw.
 */
public interface TransferListener {
  /**
   * Classes or resources were sent to a context, or queued for it.
   *
   * @param classes the number of classes and resources
   * @param bytes their size as they are sent, packed
   * @param begun when packing and sending them began, by System.nanoTime
   */
  void sent(int context, int classes, long bytes, long begun);
}
