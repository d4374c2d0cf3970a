package org.mitogen4j;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a public method of a service: a class whose methods other contexts call by name, with
 * {@link Context#service}. A name must not stand for two exposed methods with as many parameters.
 *
 * <p>A service is started in a context by {@link Router#serve}, or by the first call from one of
 * the context's parents: then it is made with its constructor without parameters. Its methods run
 * on a pool of 16 threads, which all services of a context share ({@link
 * RouterOptions#serviceThreads}), and may block. What others send is data: an argument is built
 * only where the parameter's type says so, or {@link Router#allowTypes}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Exposed {
  /** Who may call the method: the context's parents, unless said otherwise. */
  To to() default To.PARENTS;

  /** How calls of the method go together. */
  Run run() default Run.CONCURRENTLY;

  /** Who may call. */
  enum To {
    /** The context itself and those above it. */
    PARENTS,
    /** Every context. */
    ANYBODY,
    /** Whom the service lets in, which is a {@link Guard}. */
    CHECKED
  }

  /** How calls go together. */
  enum Run {
    /** At the same time. */
    CONCURRENTLY,
    /**
     * One after another, together with all other methods of the service that are marked so. Those
     * that wait keep no thread; those of one caller that waits for each keep their order.
     */
    SERIALLY,
    /**
     * A call that equals one that runs, in method and arguments, waits for its result and does not
     * run by itself.
     */
    DEDUPLICATED
  }
}
