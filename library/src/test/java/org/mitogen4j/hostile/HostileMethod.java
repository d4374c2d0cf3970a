package org.mitogen4j.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** Leads to a {@link Peer} of the test, wherever in the tree it is opened. */
final class HostileMethod extends ConnectionMethod<HostileMethod> {
  private static final long serialVersionUID = 1;

  private final int port;

  /** The bytes that fit between the two ends; 0 for the default of sockets. */
  private final int room;

  HostileMethod(int port, int room) {
    this.port = port;
    this.room = room;
  }

  @Override
  public Connection open(Bootstrap bootstrap) throws IOException {
    Socket socket = new Socket();
    if (room > 0) {
      socket.setSendBufferSize(room);
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setTcpNoDelay(true);
    OutputStream out = socket.getOutputStream();
    out.write((bootstrap.token() + "\n").getBytes(StandardCharsets.US_ASCII));
    return new Line(bootstrap.settings(), socket.getInputStream(), out, socket);
  }

  @Override
  public String defaultName() {
    return "hostile";
  }

  @Override
  public String toString() {
    return "scripted";
  }
}
