/**
 * What takes log records in a child and sends them to the master. It is loaded when something in
 * the child logs for the first time.
 */
package org.mitogen4j.internal.context.logging;
