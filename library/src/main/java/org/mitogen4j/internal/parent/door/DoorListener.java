package org.mitogen4j.internal.parent.door;

import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.start.ChildBootstrap;

/**
 * A Unix socket by which other processes of this account join the tree. A guest is sent an int, the
 * hash of the kernel image, by which it sees whether both have the same version; an int, the id of
 * the context that it may act for; then the settings of a child.
 */
public final class DoorListener implements Closeable, Runnable {
  private static final int MAX_GUESTS = 64;
  private static final int HELLO_SECONDS = 20;

  /** The pause after a failure to accept a guest. */
  private static final long RETRY_NANOS = 200_000_000;

  private final Parent parent;
  private final Path path;
  private final boolean lends;
  private final ServerSocketChannel server;
  private final AtomicInteger guests = new AtomicInteger();
  private int number;

  /**
   * Opens a door.
   *
   * @param lends true if guests may act for this context, false if for themselves only
   * @throws IOException when another process listens at the path, or no socket can be made there
   */
  public DoorListener(ContextRuntime context, Path path, boolean lends) throws IOException {
    parent = Parent.of(context);
    this.path = path.toAbsolutePath();
    this.lends = lends;
    server = open();
    parent.doors.add(this);
    if (context.router.closed) { // checked after the door was added, so that one of both closes it
      close();
      throw new IOException(
          "can't open a door at " + path + ": " + context.router.name + " is closed");
    }
    parent.router.thread("door", this).start();
  }

  /** Binds in a private directory, and moves the socket: no other account can ever reach it. */
  private ServerSocketChannel open() throws IOException {
    if (Files.exists(path)) {
      if (!Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
        throw new IOException("can't open a door at " + path + ": there is a file that is no door");
      }
      try {
        UnixSocket.connect(path).close();
        throw new IOException("can't open a door at " + path + ": somebody listens there already");
      } catch (java.net.ConnectException nobody) {
        // the socket of a process that is gone is replaced
      }
    }
    if (!Files.isDirectory(path.getParent())) {
      throw new IOException(
          "can't open a door at " + path + ": there is no folder " + path.getParent());
    }
    Path directory =
        Files.createTempDirectory(
            path.getParent(),
            ".mitogen",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path socket = directory.resolve("s");
    try {
      ServerSocketChannel channel = UnixSocket.listen(socket);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      Files.move(socket, path, StandardCopyOption.ATOMIC_MOVE);
      return channel;
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(directory);
    }
  }

  @Override
  public void run() {
    boolean warned = false;
    boolean refused = false;
    while (!parent.router.closed && server.isOpen()) {
      try {
        SocketChannel guest = server.accept();
        warned = false;
        String stranger = stranger(guest);
        if (stranger != null) {
          guest.close();
          if (!refused) {
            refused = true;
            parent.context.warn("the door " + path + " refused somebody: " + stranger);
          }
        } else if (guests.incrementAndGet() > MAX_GUESTS) {
          guests.decrementAndGet();
          guest.close();
        } else {
          int count = ++number;
          parent.router.thread("read guest", () -> serve(guest, count)).start();
        }
      } catch (IOException e) { // the door was closed, or too many files are open
        if (server.isOpen() && !warned) {
          warned = true;
          parent.context.warn("the door " + path + " lets nobody in: " + e);
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  /** The reason to refuse a guest; null for none. */
  private static String stranger(SocketChannel guest) {
    try {
      UnixSocket.checkPeer(guest);
      return null;
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private void serve(SocketChannel guest, int count) {
    try (SocketLink socket = new SocketLink(guest)) {
      String name = "guest" + count;
      Link link = admit(name, socket);
      try {
        parent.schedule(() -> expire(link), HELLO_SECONDS, TimeUnit.SECONDS);
        link.attach(socket.input(), socket.output());
        DataOutputStream out = new DataOutputStream(socket.output());
        out.writeInt(Arrays.hashCode(parent.router.classes.image));
        out.writeInt(lends ? parent.router.id : link.peer);
        link.begin(ChildBootstrap.settings(parent.router, link.peer, name));
        link.run();
      } finally {
        link.end(new EndCause(EndCause.SHUT_DOWN, "it has left"));
      }
    } catch (IOException | DeadException e) {
      // the guest is gone again, or this context ends
    } finally {
      guests.decrementAndGet();
    }
  }

  /** Makes a child record and a link for a guest, which has all classes of a full context. */
  private Link admit(String name, SocketLink socket) {
    int self = parent.router.id;
    ContextRecord guest = new ContextRecord(parent.ids.one(), self, name, "door " + path);
    guest.takeFirst();
    guest.takeContextStart(); // it is a full context already
    parent.known.put(guest.id, guest);
    Link link = new Link(parent.router, guest.id);
    link.owner = socket;
    parent.context.routing.plan(guest.id, self, link);
    if (lends) {
      parent.context.routing.lend(link, self);
    }
    return link;
  }

  private static void expire(Link link) {
    if (link.messagesIn == 0) {
      String why = "it did not send its hello within " + HELLO_SECONDS + " seconds";
      link.end(new EndCause(EndCause.SILENT, why));
    }
  }

  @Override
  public void close() throws IOException {
    if (parent.doors.remove(this)) {
      server.close();
      Files.deleteIfExists(path);
    }
  }
}
