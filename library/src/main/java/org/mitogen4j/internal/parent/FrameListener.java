package org.mitogen4j.internal.parent;

import java.io.InputStream;
import java.io.OutputStream;

/** Listens to the frames of the links to children; asked when a child is started. */
public interface FrameListener {
  /**
   * Returns a stream of the same bytes that come from a child; these are frames from the first byte
   * on.
   */
  InputStream in(int child, InputStream from);

  /**
   * Returns a stream that writes the same bytes to a child.
   *
   * @param ahead the number of bytes before the first frame
   */
  OutputStream out(int child, OutputStream to, int ahead);
}
