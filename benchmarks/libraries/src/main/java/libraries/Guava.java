package libraries;

/** Calls a library. */
public class Guava {
  public static String run() throws Exception {
    return com.google.common.collect.ImmutableMultimap.of("a", 1, "a", 2).toString()
        + com.google.common.hash.Hashing.sha256().hashInt(5);
  }

  /** Prints how many milliseconds it takes in this JVM. */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    run();
    System.out.println("took " + (System.nanoTime() - start) / 1e6);
    System.exit(0);
  }
}
