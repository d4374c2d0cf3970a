package looks;

/** Has a variant for Java 21 in the tests. */
class Variant {
  static String name() {
    return "for all";
  }
}
