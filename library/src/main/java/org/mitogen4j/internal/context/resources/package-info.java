/** The program's resources in a child: what its class loader finds beyond classes. */
package org.mitogen4j.internal.context.resources;
