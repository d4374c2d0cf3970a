package org.mitogen4j.internal.parent.classes;

/** What a search is to look at: a method's code, or a class. The most likely is first. */
final class SearchStep implements Comparable<SearchStep> {
  /** How likely it is needed; 0 is certain, more is less. */
  final int distance;

  /** Null for a class. */
  final MethodCode code;

  /** The class; null for a method's code. */
  final String type;

  /** The class whose code or annotations this is in; null for none. */
  final String from;

  /** The reason for the class. */
  final String why;

  private final int number;

  /** Whether the class is looked at by reflection, and may be made. */
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
   * A class is to be loaded.
   *
   * @param number how many steps were noted before: of equally likely ones the first is first
   */
  static SearchStep load(int number, int distance, String type, String from, String why) {
    return new SearchStep(number, distance, null, type, from, why, false);
  }

  /**
   * A class is to be looked at as reflection does.
   *
   * @param number as for {@link #load}
   */
  static SearchStep reflect(int number, int distance, String type, String from, String why) {
    return new SearchStep(number, distance, null, type, from, why, true);
  }

  /**
   * The code of a method is to be looked at.
   *
   * @param number as for {@link #load}
   */
  static SearchStep visit(int number, int distance, MethodCode code) {
    return new SearchStep(number, distance, code, null, code.type, null, false);
  }

  /** The same step, more likely than before. */
  SearchStep at(int nearer) {
    return new SearchStep(number, nearer, code, type, from, why, reflects);
  }

  @Override
  public int compareTo(SearchStep other) {
    int nearer = Integer.compare(distance, other.distance);
    return nearer == 0 ? Integer.compare(number, other.number) : nearer;
  }
}
