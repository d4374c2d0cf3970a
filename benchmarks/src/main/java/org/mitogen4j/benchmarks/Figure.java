package org.mitogen4j.benchmarks;

import java.util.Locale;

/** A figure: its name, its unit, and the method that measures it. */
record Figure(String name, String unit, Measurement measurement) {
  /** Measures a figure. */
  interface Measurement {
    Result measure() throws Exception;
  }

  /**
   * The result of a measurement.
   *
   * @param value in the figure's unit
   * @param floor the value of the least program that would do the same; NaN if there is none
   * @param ratio the value in relation to the floor: 2 is twice as bad; NaN without a floor
   * @param note a text for people about the measurement
   */
  record Result(double value, double floor, double ratio, String note) {
    static Result of(double value, String note) {
      return new Result(value, Double.NaN, Double.NaN, note);
    }

    Result and(String more) {
      return new Result(value, floor, ratio, note + "; " + more);
    }
  }

  /** Measures, and prints the value as a line on stdout and the note on stderr. */
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

  /** Formats a number: a large one without a fraction, a small one with two decimals. */
  private static String number(double n) {
    if (n == Math.rint(n) || Math.abs(n) >= 1000) {
      return String.format(Locale.ROOT, "%.0f", n);
    }
    return String.format(Locale.ROOT, Math.abs(n) >= 10 ? "%.1f" : "%.2f", n);
  }
}
