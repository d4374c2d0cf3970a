package org.mitogen4j.connect.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.StartException;

/**
 * The bytes to a child and back, by whatever carries them: a program, a socket, a pipe. A thread of
 * the router reads, another writes, and any may close it.
 */
public interface Connection extends AutoCloseable {
  /** The stream of what the child writes; always the same one. */
  InputStream input();

  /**
   * The stream of what the child reads; always the same one. It is written whole buffers at a time,
   * and flushed.
   */
  OutputStream output();

  /**
   * The bytes that the parent must send first: what {@link Bootstrap} has for the form of command
   * that was run, such as {@link Bootstrap#preamble}.
   */
  byte[] preamble();

  /**
   * The messages of whatever carries the bytes, such as ssh's stderr.
   *
   * @return null where it has none
   */
  @Nullable InputStream errors();

  /**
   * Says why the connection failed, as far as it can be told from what it printed and how it ended.
   * Called after the end of {@link #input}; may block for a moment, until a process has ended.
   *
   * @param reached whether the other side was heard, so that what carries the bytes did work
   * @param printed what came by {@link #input} that was no part of the protocol
   * @param errors what came by {@link #errors}
   * @return never thrown by this method
   */
  StartException failure(boolean reached, String printed, String errors);

  /**
   * Lets go of a child that lives on by itself: closes the pipes, and ends whatever carried the
   * bytes unless that would end the child. By default it is as {@link #close}.
   *
   * @throws IOException when the pipes can't be closed
   */
  default void release() throws IOException {
    close();
  }

  /**
   * Ends whatever carries the bytes, by force if need be: threads that read and write get an end or
   * an error. Does not block for long. May be called several times.
   *
   * @throws IOException when it can't be ended
   */
  @Override
  void close() throws IOException;
}
