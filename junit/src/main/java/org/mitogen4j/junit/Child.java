package org.mitogen4j.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what kind of child a parameter of type {@link org.mitogen4j.Context} is. Without it a child
 * is {@link Kind#IN_PROCESS}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Child {
  /** In-process by default. */
  Kind value() default Kind.IN_PROCESS;

  /** The context's name in logs and messages; the connection method's default when empty. */
  String name() default "";

  /** Further arguments of the child's JVM, such as {@code -Xmx64m}. None by default. */
  String[] jvmArguments() default {};

  /** Where a child runs. */
  enum Kind {
    /** In the JVM of the test, with a class loader of its own: starts in about 10 ms. */
    IN_PROCESS,
    /** In a JVM of its own on this machine: starts in about 100 ms. */
    LOCAL
  }
}
