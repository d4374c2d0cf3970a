/** The program's jars and folders as file systems of a child, for what reads them by paths. */
package org.mitogen4j.internal.context.files;
