package pkg;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ServiceLoader;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;

/** Uses a library, a resource and a service in a child. */
public class Hello {
  static String use(String json) throws Exception {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(Hello.class.getResourceAsStream("text.txt"), "UTF-8"))) {
      String services = "";
      for (Greeting each : ServiceLoader.load(Greeting.class)) {
        services += each.text();
      }
      return new ObjectMapper().readTree(json) + " " + in.readLine() + " " + services;
    }
  }

  public static void main(String[] args) throws Exception {
    try (Router router = Router.create()) {
      String java = System.getProperty("java.home") + "/bin/java";
      Context child = router.connect(Local.create().javaPath(java));
      System.out.println(child.call(Hello::use, "[1]"));
      int captured = 2;
      System.out.println(child.call(() -> "lambda " + captured));
    }
  }
}
