/**
 * The process that a context has to itself: its title, old files of killed starts, how it exits.
 */
package org.mitogen4j.internal.context.process;
