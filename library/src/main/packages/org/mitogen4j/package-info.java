/**
 * What a program that uses Mitogen4j sees: the router, contexts, calls, channels and errors. The
 * other packages are how it is done.
 */
@NullMarked
package org.mitogen4j;

import org.jspecify.annotations.NullMarked;
