/**
 * Finding and invoking the functions that are called here, cancelling them, and describing what
 * they throw.
 */
package org.mitogen4j.internal.context.functions;
