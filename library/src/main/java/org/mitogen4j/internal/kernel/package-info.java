/**
 * The kernel: the classes that every context runs first (frames, sending messages, class loading,
 * calls). It is sent to each child as one compressed image ahead of everything else, so it is small
 * and uses nothing but {@code java.*}.
 */
package org.mitogen4j.internal.kernel;
