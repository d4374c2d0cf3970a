package programs.scanned;

import org.springframework.stereotype.Service;

/** Needs what else is found. */
@Service
public class Greeter {
  private final Greeting greeting;

  public Greeter(Greeting greeting) {
    this.greeting = greeting;
  }

  public String greet(String name) {
    return greeting.text() + " " + name;
  }
}
