package org.mitogen4j.hostile;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.mitogen4j.connect.Bootstrap;
import org.mitogen4j.connect.ConnectException;
import org.mitogen4j.connect.Connection;
import org.mitogen4j.connect.ConnectionMethod;
import org.mitogen4j.kernel.Handle;
import org.mitogen4j.kernel.Header;

/**
 * Leads to a {@link Peer} that acknowledges all and reads nothing, until there is just no room for
 * a PING: who writes one hangs in it. (The peer gets it, so that the test knows.)
 */
final class FullPipe extends ConnectionMethod<FullPipe> {
  private static final long serialVersionUID = 1;

  private final HostileMethod method;

  private final boolean forEver;

  /**
   * @param forEver whether who hangs does so even when the connection is closed
   */
  FullPipe(HostileMethod method, boolean forEver) {
    this.method = method;
    this.forEver = forEver;
  }

  @Override
  public Connection open(Bootstrap bootstrap) throws IOException {
    Connection connection = method.open(bootstrap);
    return new Full(connection, new Pipe(connection.output()), forEver);
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

  private static final class Full implements Connection {
    private final Connection connection;
    private final Pipe pipe;
    private final boolean forEver;

    Full(Connection connection, Pipe pipe, boolean forEver) {
      this.connection = connection;
      this.pipe = pipe;
      this.forEver = forEver;
    }

    @Override
    public InputStream input() {
      return connection.input();
    }

    @Override
    public OutputStream output() {
      return pipe;
    }

    @Override
    public byte[] preamble() {
      return connection.preamble();
    }

    @Override
    public InputStream errors() {
      return connection.errors();
    }

    @Override
    public ConnectException failure(boolean reached, String printed, String errors) {
      return connection.failure(reached, printed, errors);
    }

    @Override
    public void close() throws IOException {
      if (!forEver) {
        pipe.close();
      }
      connection.close();
    }
  }
}
