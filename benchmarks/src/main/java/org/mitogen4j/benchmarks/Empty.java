package org.mitogen4j.benchmarks;

/** The empty function and its class, which is to weigh nothing. */
final class Empty {
  private Empty() {}

  static void run() {}
}
