package pkg;

/** A provider. */
public class Polite implements Greeting {
  @Override
  public String text() {
    return "greetings";
  }
}
