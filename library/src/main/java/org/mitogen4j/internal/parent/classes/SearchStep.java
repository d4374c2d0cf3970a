package org.mitogen4j.internal.parent.classes;

/** What a search is to look at: a method's code, or a class. The most likely is first. */
final class SearchStep implements Comparable<SearchStep> {
  /** How likely it is needed; 0 is certain, more is less. */
  final int distance;

  /** Null for a class. */
  final MethodCode code;

  /** The class; null for a method's code. */
  final String type;

  /** The reason for the class. */
  final String why;

  private final int number;

  /**
   * @param number how many steps were noted before: of equally likely ones the first is first
   */
  SearchStep(int number, int distance, MethodCode code, String type, String why) {
    this.number = number;
    this.distance = distance;
    this.code = code;
    this.type = type;
    this.why = why;
  }

  @Override
  public int compareTo(SearchStep other) {
    int nearer = Integer.compare(distance, other.distance);
    return nearer == 0 ? Integer.compare(number, other.number) : nearer;
  }
}
