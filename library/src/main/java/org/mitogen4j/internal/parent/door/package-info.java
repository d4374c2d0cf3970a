/** Unix sockets by which other processes of the machine join the tree as guests. */
package org.mitogen4j.internal.parent.door;
