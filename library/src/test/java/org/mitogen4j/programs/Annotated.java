package org.mitogen4j.programs;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** Classes that are found by their annotations, or that the verifier looks at. */
public final class Annotated {
  private Annotated() {}

  @Retention(RetentionPolicy.RUNTIME)
  @interface Marked {
    Class<?> by();
  }

  static final class Marker {}

  @Marked(by = Marker.class)
  static final class Looked {}

  public static int annotations() {
    return Looked.class.getAnnotations().length;
  }

  /** Thrown where nobody calls. */
  static final class Thrown extends RuntimeException {}

  /** Has code that is never called, and is verified all the same. */
  static final class Catches {
    static int run() {
      return 1;
    }

    static int never(Runnable task) {
      try {
        task.run();
        return 0;
      } catch (Thrown e) {
        return 2;
      }
    }
  }

  static final class Calls {
    static int run() {
      return Catches.run();
    }
  }
}
