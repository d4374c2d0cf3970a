package org.mitogen4j.internal.parent.classes;

/** A method's code or a class that a search is to look at. The most likely step is the first. */
final class SearchStep implements Comparable<SearchStep> {
  /** How unlikely it is needed; 0 is certain. */
  final int distance;

  /** The method's code; null for a class. */
  final MethodCode code;

  /** The class; null for a method's code. */
  final String type;

  /** The class whose code or annotations name the class; null for none. */
  final String from;

  /** The reason for the class. */
  final String why;

  private final int number;

  /** Whether reflection looks at the class, and may make objects of it. */
  final boolean reflects;

  private SearchStep(
      int number,
      int distance,
      MethodCode code,
      String type,
      String from,
      String why,
      boolean reflects) {
    this.reflects = reflects;
    this.number = number;
    this.distance = distance;
    this.code = code;
    this.type = type;
    this.from = from;
    this.why = why;
  }

  /**
   * A step for a class that is loaded.
   *
   * @param number the number of earlier steps: of equally likely ones the earlier comes first
   */
  static SearchStep load(int number, int distance, String type, String from, String why) {
    return new SearchStep(number, distance, null, type, from, why, false);
  }

  /**
   * A step for a class that reflection looks at.
   *
   * @param number as for {@link #load}
   */
  static SearchStep reflect(int number, int distance, String type, String from, String why) {
    return new SearchStep(number, distance, null, type, from, why, true);
  }

  /**
   * A step for the code of a method.
   *
   * @param number as for {@link #load}
   */
  static SearchStep visit(int number, int distance, MethodCode code) {
    return new SearchStep(number, distance, code, null, code.type, null, false);
  }

  /** The same step with the distance 0. */
  SearchStep at(int nearer) {
    return new SearchStep(number, nearer, code, type, from, why, reflects);
  }

  @Override
  public int compareTo(SearchStep other) {
    int nearer = Integer.compare(distance, other.distance);
    return nearer == 0 ? Integer.compare(number, other.number) : nearer;
  }
}
