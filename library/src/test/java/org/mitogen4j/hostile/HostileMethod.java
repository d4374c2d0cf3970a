package org.mitogen4j.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.mitogen4j.connect.Bootstrap;
import org.mitogen4j.connect.ConnectException;
import org.mitogen4j.connect.Connection;
import org.mitogen4j.connect.ConnectionMethod;

/** Leads to a {@link Peer} of the test, wherever in the tree it is opened. */
final class HostileMethod extends ConnectionMethod<HostileMethod> {
  private static final long serialVersionUID = 1;

  private final int port;

  HostileMethod(int port) {
    this.port = port;
  }

  @Override
  public Connection open(Bootstrap bootstrap) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    OutputStream out = socket.getOutputStream();
    out.write((bootstrap.token() + "\n").getBytes(StandardCharsets.US_ASCII));
    return new Line(socket, bootstrap.settings());
  }

  @Override
  public String defaultName() {
    return "hostile";
  }

  @Override
  public String toString() {
    return "scripted";
  }

  private static final class Line implements Connection {
    private final Socket socket;
    private final byte[] preamble;
    private final InputStream in;
    private final OutputStream out;

    Line(Socket socket, byte[] preamble) throws IOException {
      this.socket = socket;
      this.preamble = preamble;
      in = socket.getInputStream();
      out = socket.getOutputStream();
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
    public ConnectException failure(boolean reached, String printed, String errors) {
      return new ConnectException(ConnectException.Reason.OTHER, "the peer closed the link");
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
