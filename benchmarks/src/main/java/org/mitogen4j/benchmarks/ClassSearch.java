package org.mitogen4j.benchmarks;

import java.net.URLClassLoader;
import org.mitogen4j.internal.parent.classes.ClassSearchTimer;

/** Prints how long a fresh JVM searches for the classes of a library's function, and once more. */
final class ClassSearch {
  private ClassSearch() {}

  public static void main(String[] args) throws Exception {
    try (URLClassLoader loader = ClassFigures.loader()) {
      String function = ClassFigures.type(args[0]) + ";run;()Ljava/lang/String;";
      double[] millis = ClassSearchTimer.millis(loader, function, 2);
      System.out.println(millis[0] + " " + millis[1] + " " + (int) millis[2]);
    }
  }
}
