/** The dump of a context's threads. It is loaded when a context is asked for one. */
package org.mitogen4j.internal.context.dump;
