/** The text that is printed here: lines, crash reports, and what may be shown of it. */
package org.mitogen4j.internal.context.printed;
