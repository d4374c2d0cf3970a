import com.fasterxml.jackson.databind.ObjectMapper;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;

/** Run from its source. */
public class Script {
  record Pair(String left, int right) {}

  static String use(Pair pair) throws Exception {
    return new ObjectMapper().readTree("[1]") + " " + pair.left() + pair.right();
  }

  public static void main(String[] args) throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create());
      System.out.println(child.call(Script::use, new Pair("p", 3)));
    }
  }
}
