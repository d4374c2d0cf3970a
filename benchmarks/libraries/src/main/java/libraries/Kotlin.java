package libraries;

/** Calls a library. */
public class Kotlin {
  public static String run() throws Exception {
    return kotlin.text.StringsKt.repeat("ab", 3)
        + kotlin.collections.CollectionsKt.joinToString(
            java.util.List.of(1, 2, 3), "-", "", "", -1, "", null);
  }

  /** Prints how many milliseconds it takes in this JVM. */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    run();
    System.out.println("took " + (System.nanoTime() - start) / 1e6);
    System.exit(0);
  }
}
