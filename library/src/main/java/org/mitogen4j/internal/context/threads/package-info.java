/**
 * The threads of a context: those that are kept for short work, the pools that share them, and the
 * one that waits for times. Knows nothing of the rest of a full context.
 */
package org.mitogen4j.internal.context.threads;
