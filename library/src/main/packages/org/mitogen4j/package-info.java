/**
 * What a program that uses Mitogen4j sees: the router, contexts, calls, channels and errors.
 *
 * <p>No parameter may be null and no method returns null, unless it is marked {@code @Nullable}; a
 * null that is not allowed is a {@link java.lang.NullPointerException}. Collections that methods
 * return can't be changed or are copies. {@link java.time.Duration} parameters have no unit of
 * their own; where a time is waited for, more than a century counts as a century.
 */
@NullMarked
package org.mitogen4j;

import org.jspecify.annotations.NullMarked;
