package libraries;

/** Calls a library. */
public class H2 {
  public static String run() throws Exception {
    try (var connection = java.sql.DriverManager.getConnection("jdbc:h2:mem:x");
        var statement = connection.createStatement();
        var result = statement.executeQuery("select 6*7")) {
      result.next();
      return "h2 " + result.getInt(1);
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
