package org.mitogen4j.hostile;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;

/**
 * Leads to a {@link Peer} that acknowledges all and reads nothing, until there is just no room for
 * a PING: a thread that writes one hangs in it. (The peer gets it, so that the test knows.)
 */
final class FullPipe extends ConnectionMethod<FullPipe> {
  private static final long serialVersionUID = 1;

  private final HostileMethod method;

  private final long closeMillis;

  /**
   * @param closeMillis how long it takes to close the connection; a thread that hangs in writing
   *     goes on then
   */
  FullPipe(HostileMethod method, long closeMillis) {
    this.method = method;
    this.closeMillis = closeMillis;
  }

  @Override
  public Connection open(Bootstrap bootstrap) throws IOException {
    Connection connection = method.open(bootstrap);
    Pipe pipe = new Pipe(connection.output());
    return new Line(
        connection.preamble(),
        connection.input(),
        pipe,
        () -> {
          sleep(closeMillis);
          pipe.close();
          connection.close();
        });
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String defaultName() {
    return "full";
  }

  @Override
  public String toString() {
    return "scripted";
  }

  private static final class Pipe extends FilterOutputStream {
    private boolean closed; // guarded by this

    Pipe(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      out.write(b, off, len);
      if (len == Header.SIZE
          && Header.getInt(b, off + 5) == Handle.LINK
          && Header.getLong(b, off + 17) == Handle.PING) {
        hang();
      }
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
