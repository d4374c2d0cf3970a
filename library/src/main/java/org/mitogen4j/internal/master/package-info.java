/**
 * What only the root program needs: finding the bytes of classes, handing out ids, receiving logs.
 */
package org.mitogen4j.internal.master;
