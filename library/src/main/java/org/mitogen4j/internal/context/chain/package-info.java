/**
 * Call chains, on the side that runs the calls. It is sent to a context with the first call of a
 * chain.
 */
package org.mitogen4j.internal.context.chain;
