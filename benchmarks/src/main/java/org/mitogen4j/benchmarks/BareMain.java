package org.mitogen4j.benchmarks;

/** The least that a JVM can run; with an argument, it stays for that number of seconds. */
final class BareMain {
  private BareMain() {}

  public static void main(String[] args) throws InterruptedException {
    if (args.length > 0) {
      Thread.sleep(Long.parseLong(args[0]) * 1000);
    }
  }
}
