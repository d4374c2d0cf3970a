/**
 * What a context does for others beyond single calls: chains of calls, and services. Travels when
 * it is first used.
 */
package org.mitogen4j.internal.context.chain;
