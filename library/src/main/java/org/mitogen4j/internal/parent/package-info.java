/**
 * What a context needs to have children: starting them, recording them, giving them ids, serving
 * their classes. Sent to a context when it first needs it.
 */
package org.mitogen4j.internal.parent;
