package org.mitogen4j.internal.parent;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * Sees all bytes of the links to children: its streams stand between a link and its connection.
 * Called once for each child that this context starts.
 */
public interface FrameListener {
  /**
   * Returns a stream with the bytes that come from a child. The first byte begins a frame.
   *
   * @param from the connection's stream
   */
  InputStream in(int child, InputStream from);

  /**
   * Returns a stream that passes all bytes on to a child.
   *
   * @param to the connection's stream
   * @param ahead the number of bytes before the first frame
   */
  OutputStream out(int child, OutputStream to, int ahead);
}
