package org.mitogen4j.benchmarks;

import java.util.Locale;

/** A figure: what it is called, what it is counted in, and how it is measured. */
record Figure(String name, String unit, Measurement measurement) {
  /** Measures a figure. */
  interface Measurement {
    Result measure() throws Exception;
  }

  /**
   * What was measured.
   *
   * @param floor what the least that would do the same takes; NaN where there is no such thing
   * @param ratio how many times worse than the floor the value is
   * @param note how it was come by, for people
   */
  record Result(double value, double floor, double ratio, String note) {
    static Result of(double value, String note) {
      return new Result(value, Double.NaN, Double.NaN, note);
    }

    Result and(String more) {
      return new Result(value, floor, ratio, note + "; " + more);
    }
  }

  /** Measures, and prints a line on stdout, and what is to be said of it on stderr. */
  void measure() throws Exception {
    long start = System.nanoTime();
    Result result = measurement.measure();
    StringBuilder line = new StringBuilder();
    line.append(name).append(' ').append(number(result.value)).append(' ').append(unit);
    if (!Double.isNaN(result.floor)) {
      line.append(" floor=").append(number(result.floor));
      line.append(" ratio=").append(String.format(Locale.ROOT, "%.2f", result.ratio));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.err.printf(Locale.ROOT, "# %s (%.0f s): %s%n", name, seconds, result.note);
    System.out.println(line);
    System.out.flush();
  }

  /** Four digits of a small number, a large one whole. */
  private static String number(double n) {
    if (n == Math.rint(n) || Math.abs(n) >= 1000) {
      return String.format(Locale.ROOT, "%.0f", n);
    }
    return String.format(Locale.ROOT, Math.abs(n) >= 10 ? "%.1f" : "%.2f", n);
  }
}
