package org.mitogen4j.internal.parent.door;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.UserPrincipal;

/** Unix domain sockets, which Java has since 16; reached by reflection from Java 8 code. */
public final class UnixSocket {
  /** A path whose owner is the account of this process. */
  private static final Path SELF = Paths.get("/proc/self");

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

  /**
   * Checks that the process at the other end of a connected socket runs under the account of this
   * one, or as root. The owner of the socket's file tells nothing: the path may lead elsewhere by
   * now, and another account may listen.
   *
   * @throws IOException when it runs under another account, or its account can't be found out
   */
  public static void checkPeer(SocketChannel socket) throws IOException {
    UserPrincipal peer = peer(socket);
    if (!peer.equals(ownAccount()) && !peer.equals(root())) {
      throw new IOException(
          "the process at the other end runs under another account, " + peer.getName());
    }
  }

  private static UserPrincipal peer(SocketChannel socket) throws IOException {
    try {
      Class<?> options = Class.forName("jdk.net.ExtendedSocketOptions");
      Object credentials =
          socket.getOption((SocketOption<?>) options.getField("SO_PEERCRED").get(null));
      Class<?> type = Class.forName("jdk.net.UnixDomainPrincipal");
      return (UserPrincipal) type.getMethod("user").invoke(credentials);
    } catch (ReflectiveOperationException | UnsupportedOperationException e) {
      throw new IOException(
          "can't tell the account at the other end of a Unix socket: it takes Linux or macOS, and"
              + " the Java module jdk.net (--add-modules jdk.net)",
          e);
    }
  }

  private static UserPrincipal ownAccount() throws IOException {
    Path own = Files.exists(SELF) ? SELF : Paths.get(System.getProperty("user.home"));
    return Files.getOwner(own);
  }

  private static UserPrincipal root() throws IOException {
    return SELF.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("0");
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
