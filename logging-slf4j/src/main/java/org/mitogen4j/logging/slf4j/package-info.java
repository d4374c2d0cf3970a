/**
 * SLF4J 1.7 and 2: what functions log by it in children arrives at the program's own binding in the
 * master. It is enough to have this artifact on the program's class path.
 */
package org.mitogen4j.logging.slf4j;
