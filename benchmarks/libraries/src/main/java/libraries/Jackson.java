package libraries;

/** Calls a library. */
public class Jackson {
  public static String run() throws Exception {
    var mapper = new com.fasterxml.jackson.databind.ObjectMapper();
    return mapper.writeValueAsString(mapper.readTree("{\"a\":[1,2,{\"b\":null}]}"));
  }

  /** Prints how many milliseconds it takes in this JVM. */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    run();
    System.out.println("took " + (System.nanoTime() - start) / 1e6);
    System.exit(0);
  }
}
