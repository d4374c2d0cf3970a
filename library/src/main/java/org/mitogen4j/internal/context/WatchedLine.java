package org.mitogen4j.internal.context;

import java.io.IOException;

/**
 * What carries a link and ends it by itself when the other end is silent: a reliable line over a
 * slow console. The heartbeat leaves such links alone, for on a slow line a sign of life comes
 * late: it waits behind what is on its way.
 */
public interface WatchedLine extends AutoCloseable {
  @Override
  void close() throws IOException;
}
