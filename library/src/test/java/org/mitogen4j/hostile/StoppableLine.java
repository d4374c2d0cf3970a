package org.mitogen4j.hostile;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * Leads to a real child through a relay that stops taking bytes for the child once it is told to,
 * and goes on passing those that the child writes.
 */
final class StoppableLine extends ConnectionMethod<StoppableLine> {
  private static final long serialVersionUID = 1;

  /** Whether the relays of this process take no more bytes for their children. */
  static volatile boolean stopped;

  @Override
  public Connection open(Bootstrap bootstrap) throws IOException {
    Connection connection = Local.create().open(bootstrap);
    Gate gate = new Gate(connection.output());
    return new Line(
        connection.preamble(),
        connection.input(),
        gate,
        () -> {
          gate.close();
          connection.close();
        });
  }

  @Override
  public String defaultName() {
    return "stoppable";
  }

  @Override
  public String toString() {
    return "stoppable";
  }

  private static final class Gate extends FilterOutputStream {
    private boolean closed; // guarded by this

    Gate(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      if (stopped) {
        hang();
      }
      out.write(b, off, len);
    }

    private synchronized void hang() throws IOException {
      while (!closed) {
        try {
          wait(); // until close; as in write(2), no interrupt ends it
        } catch (InterruptedException e) {
          // goes on
        }
      }
      throw new IOException("closed");
    }

    @Override
    public synchronized void close() {
      closed = true;
      notifyAll();
    }
  }
}
