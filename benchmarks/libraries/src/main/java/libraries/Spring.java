package libraries;

/** Calls a library. */
public class Spring {
  /** What is configured. */
  public static class Beans {
    @org.springframework.context.annotation.Bean
    public StringBuilder text() {
      return new StringBuilder("bean");
    }
  }

  public static String run() throws Exception {
    var context =
        new org.springframework.context.annotation.AnnotationConfigApplicationContext(Beans.class);
    try (context) {
      return context.getBean(StringBuilder.class).toString();
    }
  }

  /** Prints how many milliseconds it takes in this JVM. */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    run();
    System.out.println("took " + (System.nanoTime() - start) / 1e6);
    System.exit(0);
  }
}
