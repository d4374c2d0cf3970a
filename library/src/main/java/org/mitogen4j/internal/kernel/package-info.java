/**
 * What every context runs: frames, routing, the class loader, calls. It is sent to each child as
 * one compressed image before anything else can be, so it is small and uses nothing but {@code
 * java.*}.
 */
package org.mitogen4j.internal.kernel;
