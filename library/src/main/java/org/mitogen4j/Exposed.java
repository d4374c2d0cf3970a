package org.mitogen4j;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a public method of a service: a class whose methods other contexts call by name, with
 * {@link Context#service}. Two exposed methods of one name must have different numbers of
 * parameters.
 *
 * <p>A service is started in a context by {@link Router#serve}, or by the first call from one of
 * the context's parents: then it is made with its constructor without parameters. Its methods run
 * on a pool of 16 threads, which all services of a context share ({@link
 * RouterOptions#serviceThreads}), and may block. An argument from a context that is not a parent is
 * data: objects of the program's types are built only if the parameter declares the type, or {@link
 * Router#allowTypes} allows it.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Exposed {
  /** The contexts that may call the method; by default those above the service's. */
  To to() default To.PARENTS;

  /** Whether calls of the method run at the same time; by default they do. */
  Run run() default Run.CONCURRENTLY;

  /** The contexts that may call a method; others get a {@link SecurityException}. */
  enum To {
    /** The context itself and those above it. */
    PARENTS,
    /** Every context. */
    ANYBODY,
    /** Those that {@link Guard#permits} lets in, which the service must implement. */
    CHECKED
  }

  /** Whether calls of a method run at the same time. */
  enum Run {
    /** At the same time. */
    CONCURRENTLY,
    /**
     * One after another, together with all other methods of the service that are marked so. Calls
     * that wait take no thread. Calls of one caller that waits for each result keep their order.
     */
    SERIALLY,
    /**
     * A call that has the same method and arguments as one that runs is not run: it gets the result
     * of the one that runs.
     */
    DEDUPLICATED
  }
}
