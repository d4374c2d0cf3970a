package org.mitogen4j.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a test class whose tests use Mitogen4j. Test methods, and methods marked {@code
 * BeforeEach}, may then have parameters of type {@link org.mitogen4j.Router} (one router for each
 * test, with the default settings) and {@link org.mitogen4j.Context} (a new child for each
 * parameter; see {@link Child}).
 *
 * <p>After each test the router is closed, and the test fails if a thread, process, folder, pipe or
 * socket is left that was not there before it. For a router with other settings register a {@link
 * MitogenExtension} instead.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(MitogenExtension.class)
public @interface MitogenTest {}
