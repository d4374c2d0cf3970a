/**
 * What a context needs to have children of its own: starting them, keeping their routes, serving
 * their classes. It travels by the class forwarder.
 */
package org.mitogen4j.internal.parent;
