package org.mitogen4j.connect.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.mitogen4j.StartException;

/** The bytes to a child and back. Closing it ends whatever carries them. */
public interface Connection extends AutoCloseable {
  /** From the child. */
  InputStream input();

  /** To the child. Written whole buffers at a time, and flushed. */
  OutputStream output();

  /** What the parent must send first: {@link Bootstrap#preamble} or one of its like. */
  byte[] preamble();

  /**
   * What whoever carries the bytes has to say, such as ssh's stderr; null where it says nothing.
   */
  InputStream errors();

  /**
   * Why the connection failed, as far as it can be told from what it printed and how it ended.
   * Called after the end of {@link #input}; may wait a moment for the end of a process.
   *
   * @param reached whether the other side was heard, so that what carries the bytes did work
   */
  StartException failure(boolean reached, String printed, String errors);

  /**
   * Lets go of a child that lives on by itself: closes the pipes, and ends whatever carried the
   * bytes unless that would end the child.
   */
  default void release() throws IOException {
    close();
  }

  /** Ends it, by force if need be. Does not block for long. */
  @Override
  void close() throws IOException;
}
