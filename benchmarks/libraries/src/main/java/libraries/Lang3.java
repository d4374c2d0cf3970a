package libraries;

/** Calls a library. */
public class Lang3 {
  public static String run() throws Exception {
    return org.apache.commons.lang3.StringUtils.reverse("abc")
        + org.apache.commons.lang3.time.DurationFormatUtils.formatDurationHMS(12345);
  }

  /** Prints how many milliseconds it takes in this JVM. */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    run();
    System.out.println("took " + (System.nanoTime() - start) / 1e6);
    System.exit(0);
  }
}
