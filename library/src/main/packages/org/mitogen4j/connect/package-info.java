/**
 * The connection methods, each of which says how a JVM is started somewhere: over ssh, as another
 * user, in a container.
 */
@NullMarked
package org.mitogen4j.connect;

import org.jspecify.annotations.NullMarked;
