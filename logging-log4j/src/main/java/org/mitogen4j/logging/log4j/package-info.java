/**
 * Log4j 2: what functions log by its API in children arrives at the program's own Log4j in the
 * master. It is enough to have this artifact on the program's class path.
 */
package org.mitogen4j.logging.log4j;
