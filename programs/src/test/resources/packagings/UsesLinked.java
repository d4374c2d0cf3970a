package pkg;

import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;

/** On the class path of an image that has a module of the program. */
public class UsesLinked {
  public static void main(String[] args) throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create().javaPath(args[0]));
      System.out.println(child.call(linked.Linked::text));
    }
  }
}
