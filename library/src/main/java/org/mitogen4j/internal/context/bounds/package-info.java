/**
 * What other contexts may use up here: all limits in one place, and the kinds of memory that are
 * counted.
 */
package org.mitogen4j.internal.context.bounds;
