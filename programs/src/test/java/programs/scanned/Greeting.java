package programs.scanned;

import org.springframework.stereotype.Component;

/** Found by looking through the package. */
@Component
public class Greeting {
  public String text() {
    return "hello";
  }
}
