/** Starting a child: the bootstrap script, the first flight, and the errors of a failed start. */
package org.mitogen4j.internal.parent.start;
