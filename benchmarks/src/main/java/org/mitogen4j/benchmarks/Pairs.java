package org.mitogen4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mitogen4j.benchmarks.Figure.Result;

/**
 * Measures a thing and its floor in turn, so that what else the machine does meets both alike. The
 * results are medians; the ratio is the median of the pairs' ratios, which a machine that changes
 * its speed on the way disturbs less than it does the two medians.
 */
final class Pairs {
  /** One measurement. */
  interface Once {
    double measure() throws Exception;
  }

  private final List<Double> ours = new ArrayList<>();
  private final List<Double> floors = new ArrayList<>();

  /** Adds pairs that were measured elsewhere. */
  Pairs add(double[] ours, double[] floors) {
    for (int i = 0; i < ours.length; i++) {
      this.ours.add(ours[i]);
      this.floors.add(floors[i]);
    }
    return this;
  }

  /** Measures a number of pairs, after a number of unmeasured ones. */
  Pairs measure(int warmups, int pairs, Once ours, Once floor) throws Exception {
    for (int i = -warmups; i < pairs; i++) {
      boolean isOursFirst = (i & 1) == 0;
      double first = (isOursFirst ? ours : floor).measure();
      double second = (isOursFirst ? floor : ours).measure();
      if (i >= 0) {
        this.ours.add(isOursFirst ? first : second);
        floors.add(isOursFirst ? second : first);
      }
    }
    return this;
  }

  /** The result where less is better: times, bytes. */
  Result lessIsBetter() {
    return result(ratios(ours, floors));
  }

  /** The result where more is better: a throughput. */
  Result moreIsBetter() {
    return result(ratios(floors, ours));
  }

  private Result result(List<Double> ratios) {
    String note =
        String.format(
            Locale.ROOT, "%d pairs, ratio %.2f to %.2f", ratios.size(), min(ratios), max(ratios));
    return new Result(median(ours), median(floors), median(ratios), note);
  }

  private static List<Double> ratios(List<Double> a, List<Double> b) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      ratios.add(a.get(i) / b.get(i));
    }
    return ratios;
  }

  static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    sorted.sort(null);
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  static double min(List<Double> values) {
    return values.stream().mapToDouble(v -> v).min().orElseThrow();
  }

  static double max(List<Double> values) {
    return values.stream().mapToDouble(v -> v).max().orElseThrow();
  }
}
