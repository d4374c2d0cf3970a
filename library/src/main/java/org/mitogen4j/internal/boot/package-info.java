/** The first stage: the small program that a new JVM starts with, and that reads the kernel. */
package org.mitogen4j.internal.boot;
