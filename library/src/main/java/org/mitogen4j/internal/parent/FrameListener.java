package org.mitogen4j.internal.parent;

import java.io.InputStream;
import java.io.OutputStream;

/** Listens to the frames of the links to children; asked when a child is started. */
public interface FrameListener {
  /** The same bytes that come from a child; what comes are frames from the first byte on. */
  InputStream in(int child, InputStream from);

  /**
   * The same bytes that go to a child.
   *
   * @param ahead how many of them come before the first frame
   */
  OutputStream out(int child, OutputStream to, int ahead);
}
