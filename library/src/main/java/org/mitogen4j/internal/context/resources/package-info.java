/** Finds the program's resources, packages and code sources in a child. */
package org.mitogen4j.internal.context.resources;
