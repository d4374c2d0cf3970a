package org.mitogen4j.benchmarks;

/** One thread puts, another takes. */
final class HandOver {
  private byte[] bytes; // guarded by this

  synchronized void put(byte[] b) {
    bytes = b;
    notify();
  }

  synchronized byte[] take() throws InterruptedException {
    while (bytes == null) {
      wait(); // until put
    }
    byte[] taken = bytes;
    bytes = null;
    return taken;
  }
}
