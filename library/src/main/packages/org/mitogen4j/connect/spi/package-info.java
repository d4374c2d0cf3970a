/**
 * What a connection method is made of: extend {@link org.mitogen4j.connect.spi.CommandMethod} for a
 * program that runs another, {@link org.mitogen4j.connect.spi.ConnectionMethod} for anything else.
 */
@NullMarked
package org.mitogen4j.connect.spi;

import org.jspecify.annotations.NullMarked;
