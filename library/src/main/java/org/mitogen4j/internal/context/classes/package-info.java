/**
 * The program's classes and files as they travel and are kept: blocks of classes, the names of
 * resources, caches with a bound.
 */
package org.mitogen4j.internal.context.classes;
