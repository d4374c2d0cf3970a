/** Programs as users write them, that tests call functions of: not in a package of the library. */
package org.mitogen4j.programs;
