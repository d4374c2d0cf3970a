package libraries;

/** Calls a library. */
public class Groovy {
  public static String run() throws Exception {
    return "" + new groovy.lang.GroovyShell().evaluate("(1..10).collect{it*it}.sum()");
  }

  /** Prints how many milliseconds it takes in this JVM. */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    run();
    System.out.println("took " + (System.nanoTime() - start) / 1e6);
    System.exit(0);
  }
}
