package linked;

/** In a module of its own, which is linked into an image. */
public class Linked {
  private Linked() {}

  public static String text() throws Exception {
    try (var in = Linked.class.getResourceAsStream("/linked/hidden/text.txt")) {
      return new String(in.readAllBytes(), "UTF-8") + " " + Linked.class.getSimpleName();
    }
  }
}
