package org.mitogen4j.connect.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.StartException;

/**
 * The two streams between a parent and a child, and the <em>carrier</em> of their bytes: a program,
 * a socket, a pipe. One thread reads at a time, another one may write, and any thread may close it.
 */
public interface Connection extends AutoCloseable {
  /** The stream from the child; always the same object. Reading blocks. */
  InputStream input();

  /**
   * The stream to the child; always the same object. The router writes whole buffers and flushes
   * each; writing may block.
   */
  OutputStream output();

  /**
   * The bytes that the parent sends first, such as {@link Bootstrap#preamble}: those of the {@link
   * Bootstrap} for the command that was run.
   */
  byte[] preamble();

  /**
   * The messages of the carrier, such as ssh's standard error.
   *
   * @return null if the carrier has none
   */
  @Nullable InputStream errors();

  /**
   * Finds the reason why the connection failed, from what the carrier printed and how it ended.
   * Called after the end of {@link #input}; may block for a moment, until a process has ended.
   *
   * @param reached whether output of the first-stage script came, so that the carrier did work
   * @param printed the output at {@link #input} ahead of the protocol
   * @param errors the output at {@link #errors}
   * @return the failure, which is not thrown
   */
  StartException failure(boolean reached, String printed, String errors);

  /**
   * Closes the connection to a child that lives on by itself: closes the streams, and ends the
   * carrier unless that would end the child. By default the same as {@link #close}.
   *
   * @throws IOException when the streams can't be closed
   */
  default void release() throws IOException {
    close();
  }

  /**
   * Ends the carrier, by force if need be: threads that read or write get an end or an error. Does
   * not block for long. Further calls do nothing.
   *
   * @throws IOException when the carrier can't be ended
   */
  @Override
  void close() throws IOException;
}
