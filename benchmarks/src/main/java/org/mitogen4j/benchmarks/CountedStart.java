package org.mitogen4j.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.mitogen4j.StartException;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.connect.spi.ProcessConnection;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;

/**
 * A local child that is started as over ssh, by a login shell, and counts what it is sent until its
 * first result. For one start in the context that makes it.
 */
final class CountedStart extends ConnectionMethod<CountedStart> {
  private static final long serialVersionUID = 1;

  private transient volatile String command;
  private transient volatile int preamble;
  private final transient ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final transient ByteArrayOutputStream read = new ByteArrayOutputStream();
  private transient volatile byte[] flight;

  /** The remote command of ssh. */
  String command() {
    return command;
  }

  /** How many bytes were written when the first result came, the program's own classes aside. */
  int bytes() {
    ByteBuffer frames = ByteBuffer.wrap(flight, preamble, flight.length - preamble);
    int bytes = flight.length;
    while (frames.hasRemaining()) {
      int at = frames.position();
      int size = Header.SIZE + frames.getInt(at);
      if (frames.getLong(at + 17) == Handle.PUSH && isOwnClass(at + Header.SIZE)) {
        bytes -= size;
      }
      frames.position(at + size);
    }
    return bytes;
  }

  /** Whether a pushed class, named in a text at this place, is one of the program. */
  private boolean isOwnClass(int at) {
    String name = new String(flight, at + 1, flight[at], StandardCharsets.UTF_8);
    return name.startsWith(CountedStart.class.getPackageName() + ".");
  }

  @Override
  public Connection open(Bootstrap bootstrap) throws StartException {
    command = bootstrap.command();
    preamble = bootstrap.commandPreamble().length;
    List<String> shell = List.of("sh", "-c", command);
    Process process = ProcessConnection.launch(shell);
    return new Counted(new ProcessConnection(process, "sh", bootstrap.commandPreamble()));
  }

  @Override
  public String defaultName() {
    return "counted";
  }

  @Override
  public String toString() {
    return "counted";
  }

  /** Takes a copy of what has been written, once a result has been read. */
  private void look() {
    byte[] all = read.toByteArray();
    int at = new String(all, StandardCharsets.ISO_8859_1).indexOf(":up\n") + 4;
    if (at >= 4 && flight == null) {
      ByteBuffer frames = ByteBuffer.wrap(all);
      while (at + Header.SIZE <= all.length) {
        if (frames.getLong(at + 17) >= Handle.FIRST_FREE) {
          synchronized (written) {
            flight = written.toByteArray();
          }
        }
        at += Header.SIZE + frames.getInt(at);
      }
    }
  }

  private final class Counted implements Connection {
    private final Connection connection;

    Counted(Connection connection) {
      this.connection = connection;
    }

    @Override
    public InputStream input() {
      return new FilterInputStream(connection.input()) {
        @Override
        public int read() throws IOException {
          int b = super.read();
          read.write(b);
          return b;
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
          int n = super.read(b, off, len);
          read.write(b, off, Math.max(n, 0));
          look();
          return n;
        }
      };
    }

    @Override
    public OutputStream output() {
      return new FilterOutputStream(connection.output()) {
        @Override
        public void write(byte[] b, int off, int len) throws IOException {
          synchronized (written) {
            written.write(b, off, len);
          }
          out.write(b, off, len);
        }
      };
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
    public StartException failure(boolean reached, String printed, String errors) {
      return connection.failure(reached, printed, errors);
    }

    @Override
    public void close() throws IOException {
      connection.close();
    }
  }
}
