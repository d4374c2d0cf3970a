package pkg;

/** A service. */
public interface Greeting {
  String text();
}
