/**
 * What only the root program needs: finding the bytes of classes, receiving output and log records.
 */
package org.mitogen4j.internal.master;
