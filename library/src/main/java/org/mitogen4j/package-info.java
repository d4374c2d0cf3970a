/**
 * What a program that uses Mitogen4j sees: the router, contexts, calls, channels and errors. The
 * other packages are how it is done.
 */
package org.mitogen4j;
