package org.mitogen4j.hostile;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.mitogen4j.StartException;
import org.mitogen4j.connect.spi.Connection;

/** The bytes to and from a child that a test plays. */
final class Line implements Connection {
  private final byte[] preamble;
  private final InputStream in;
  private final OutputStream out;
  private final Closeable owner;

  Line(byte[] preamble, InputStream in, OutputStream out, Closeable owner) {
    this.preamble = preamble;
    this.in = in;
    this.out = out;
    this.owner = owner;
  }

  @Override
  public InputStream input() {
    return in;
  }

  @Override
  public OutputStream output() {
    return out;
  }

  @Override
  public byte[] preamble() {
    return preamble;
  }

  @Override
  public InputStream errors() {
    return null;
  }

  @Override
  public StartException failure(boolean reached, String printed, String errors) {
    return new StartException(StartException.Reason.OTHER, "the peer closed the link");
  }

  @Override
  public void close() throws IOException {
    owner.close();
  }
}
