package org.mitogen4j.internal.parent.classes;

import java.util.Collections;
import org.mitogen4j.internal.master.Master;
import org.mitogen4j.internal.master.ProgramClasses;

/** Times the search for the classes that a function needs, as the first call of it causes it. */
public final class ClassSearchTimer {
  private ClassSearchTimer() {}

  /**
   * Searches several times.
   *
   * @param function as {@code class;method;descriptor}
   * @return how many milliseconds each search took; and how many classes the last one found
   */
  public static double[] millis(ClassLoader loader, String function, int times) {
    ClassSource program = new ProgramClasses(Master.kernel(), loader);
    ClassSearches searches = new ClassSearches(new ClassFiles(program));
    double[] millis = new double[times + 1];
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      CallDependencies.Result found = searches.of(function, Collections.emptyList(), function);
      millis[i] = (System.nanoTime() - start) / 1e6;
      millis[times] = found.classes.size();
    }
    return millis;
  }
}
