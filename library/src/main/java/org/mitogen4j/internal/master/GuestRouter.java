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
 * A process that joined a tree by a door: a child in the tree's eyes, but its parent's word is data
 * to it. It runs no calls, and takes no classes.
 */
public final class GuestRouter extends MessageRouter {
  private static final int MAX_SETTINGS = 1 << 20;

  private GuestRouter(Object[] settings, ClassCache classes) {
    super(settings, classes);
    handlers.remove(Handle.CALL);
    handlers.remove(Handle.PUSH);
  }

  /** Nobody is trusted but this process itself. */
  @Override
  public boolean isParent(int context) {
    return context == id;
  }

  /**
   * Goes in by a door.
   *
   * @param loader where the program's classes are found
   */
  public static ContextRuntime join(Path door, ClassLoader loader) throws IOException {
    ClassCache classes = LibraryClasses.kernel();
    return join(door, classes, new ProgramClasses(classes, loader));
  }

  /** As {@link #join(Path, ClassLoader)}, out of a context that has its classes from its parent. */
  public static ContextRuntime join(Path door, MessageRouter context) throws IOException {
    ClassCache own = context.classes;
    return join(
        door,
        new ClassCache(own.image, own.dictionary),
        new KeptClasses(ContextRuntime.of(context)));
  }

  private static ContextRuntime join(Path door, ClassCache classes, ClassSource source)
      throws IOException {
    SocketLink link;
    try {
      link = new SocketLink(connect(door));
    } catch (SocketException nobody) {
      throw new IOException(
          "nobody has a door open at " + door.toAbsolutePath() + ": " + nobody.getMessage(),
          nobody);
    }
    ContextRuntime context = null;
    try {
      DataInputStream in = new DataInputStream(link.input());
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
      Link stream = new Link(guest, guest.parents[0]);
      stream.owner = link;
      guest.parent = stream;
      stream.attach(link.input(), link.output());
      guest.hello(parent);
      stream.begin(Message.EMPTY);
      guest.thread("read parent", stream).start();
      return context;
    } catch (EOFException refused) {
      link.close();
      throw new IOException(
          "the door " + door + " refused: its process is ending, or has as many guests as it takes",
          refused);
    } catch (IOException | RuntimeException e) {
      link.close();
      if (context != null) {
        context.close();
      }
      throw e;
    }
  }

  /** Connects to a process of this account: it gets all that this process sends. */
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
