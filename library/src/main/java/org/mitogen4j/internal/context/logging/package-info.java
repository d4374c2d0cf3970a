/**
 * Takes the log records of a child and sends them to the master. It is loaded when code in the
 * child logs for the first time.
 */
package org.mitogen4j.internal.context.logging;
