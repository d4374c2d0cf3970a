/**
 * What every context runs, but not before its first result: routing between others, long messages,
 * credit, the pool of threads, printed output, heartbeat and the end. Travels right behind the
 * first result, or ahead of the first message that needs it.
 */
package org.mitogen4j.internal.context;
