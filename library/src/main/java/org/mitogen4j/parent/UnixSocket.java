package org.mitogen4j.parent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Unix domain sockets, which Java has since 16; reached by reflection from Java 8 code. */
public final class UnixSocket {
  private UnixSocket() {}

  /** A listening socket at a path that does not exist yet. */
  static ServerSocketChannel listen(Path path) throws IOException {
    ServerSocketChannel server =
        (ServerSocketChannel) open(ServerSocketChannel.class, ProtocolFamily.class, family());
    return server.bind(address(path));
  }

  public static SocketChannel connect(Path path) throws IOException {
    return (SocketChannel) open(SocketChannel.class, SocketAddress.class, address(path));
  }

  private static ProtocolFamily family() throws IOException {
    for (StandardProtocolFamily family : StandardProtocolFamily.values()) {
      if (family.name().equals("UNIX")) {
        return family;
      }
    }
    throw new IOException(
        "Unix domain sockets need Java 16, and this is Java " + System.getProperty("java.version"));
  }

  private static SocketAddress address(Path path) throws IOException {
    family();
    try {
      Class<?> type = Class.forName("java.net.UnixDomainSocketAddress");
      return (SocketAddress) type.getMethod("of", Path.class).invoke(null, path);
    } catch (ReflectiveOperationException e) {
      throw new IOException("'" + path + "' can't be a socket's path", e);
    }
  }

  private static Object open(Class<?> type, Class<?> parameter, Object argument)
      throws IOException {
    try {
      return type.getMethod("open", parameter).invoke(null, argument);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IOException) {
        throw (IOException) e.getCause();
      }
      throw new IOException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IOException(e);
    }
  }

  /** Reads from a channel while another thread writes to it, which the JDK's own streams block. */
  public static InputStream input(SocketChannel channel) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
      }

      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        return channel.read(ByteBuffer.wrap(b, off, len));
      }
    };
  }

  public static OutputStream output(SocketChannel channel) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] b, int off, int len) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(b, off, len);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
      }
    };
  }
}
