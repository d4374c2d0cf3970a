package programs.scanned;

/** Must stay alone. */
public class NoComponent {
  private NoComponent() {}
}
