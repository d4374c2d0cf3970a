package org.mitogen4j.internal.master;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.classes.ClassSource;
import org.mitogen4j.internal.parent.classes.KeptClasses;
import org.mitogen4j.internal.parent.door.SocketLink;
import org.mitogen4j.internal.parent.door.UnixSocket;

/**
 * The router of a guest, a process that joined a tree by a door. For the tree it is a child like
 * any other; but it does not trust its parent: it runs no calls and loads no classes from it.
 */
public final class GuestRouter extends MessageRouter {
  /** The most bytes of settings that a door may send. */
  private static final int MAX_SETTINGS = 1 << 20;

  private GuestRouter(Object[] settings, ClassCache classes) {
    super(settings, classes);
    handlers.remove(Handle.CALL);
    handlers.remove(Handle.PUSH);
  }

  /** Whether a context may tell this one what to do: only the guest itself may. */
  @Override
  public boolean isParent(int context) {
    return context == id;
  }

  /**
   * Joins the tree of a door.
   *
   * @param door the path of the door's socket
   * @param loader the class loader of the program's classes
   * @throws IOException when no door is open there, it refuses, or it is of another version
   */
  public static ContextRuntime join(Path door, ClassLoader loader) throws IOException {
    ClassCache classes = LibraryClasses.kernel();
    return join(door, classes, new ProgramClasses(classes, loader));
  }

  /** As {@link #join(Path, ClassLoader)}, in a child: with the classes that its parent sends it. */
  public static ContextRuntime join(Path door, MessageRouter context) throws IOException {
    ClassCache own = context.classes;
    return join(
        door,
        new ClassCache(own.image, own.dictionary),
        new KeptClasses(ContextRuntime.of(context)));
  }

  private static ContextRuntime join(Path door, ClassCache classes, ClassSource source)
      throws IOException {
    SocketLink socket;
    try {
      socket = new SocketLink(connect(door));
    } catch (SocketException nobody) {
      throw new IOException(
          "nobody has a door open at " + door.toAbsolutePath() + ": " + nobody.getMessage(),
          nobody);
    }
    ContextRuntime context = null;
    try {
      DataInputStream in = new DataInputStream(socket.input());
      if (in.readInt() != Arrays.hashCode(classes.image)) {
        throw new IOException(
            "behind " + door + " is another version of this library: join with the same version");
      }
      final int authority = in.readInt();
      int length = in.readInt();
      if (length < 0 || length > MAX_SETTINGS) {
        throw new IOException("settings of " + length + " bytes from " + door);
      }
      byte[] bytes = new byte[length];
      in.readFully(bytes);
      Object settings = new Decoder(null, new Message(null, 0, 0, 0, 0, 0, bytes)).value();
      GuestRouter guest = new GuestRouter((Object[]) settings, classes);
      guest.authority = authority;
      context = ContextRuntime.of(guest);
      Parent parent = Parent.of(context, source);
      Link link = new Link(guest, guest.parents[0]);
      link.owner = socket;
      guest.parent = link;
      link.attach(socket.input(), socket.output());
      guest.hello(parent);
      link.begin(Message.EMPTY);
      guest.thread("read parent", link).start();
      return context;
    } catch (EOFException refused) {
      socket.close();
      throw new IOException(
          "the door " + door + " refused: its process is ending, or has as many guests as it takes",
          refused);
    } catch (IOException | RuntimeException e) {
      socket.close();
      if (context != null) {
        context.close();
      }
      throw e;
    }
  }

  /** Connects, and checks that the other process is of this account: it gets all messages. */
  private static SocketChannel connect(Path door) throws IOException {
    SocketChannel socket = UnixSocket.connect(door);
    try {
      UnixSocket.checkPeer(socket);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw new IOException(
          "the door " + door.toAbsolutePath() + " is not to be trusted: " + e.getMessage(), e);
    }
  }

  private void hello(Parent parent) {
    Encoder e = new Encoder(this, true);
    e.all(
        new Object[] {
          id,
          parents[0],
          System.getProperty("java.version"),
          System.getProperty("user.name"),
          parent.pid()
        });
    send(parents[0], Handle.ADD_ROUTE, 0, e, 0, false);
  }
}
