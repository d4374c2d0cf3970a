/**
 * What makes a context a full one: routing between other contexts, long messages, credit, the
 * thread pool, printed output, heartbeat and the end. It is sent a while behind the hello, or ahead
 * of the first message that needs it.
 */
package org.mitogen4j.internal.context;
