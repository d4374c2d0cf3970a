package org.mitogen4j.internal.parent.door;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
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
}
