package org.mitogen4j.hostile;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;

/** A child that the test plays, byte by byte. */
final class Peer implements AutoCloseable {
  static final int SECONDS = 20;

  private final ServerSocket server;
  private Socket socket;
  private DataInputStream in;
  private OutputStream out;
  private long sent;
  private long read; // bytes of frames

  /** Whether it does not answer to the heartbeat. */
  volatile boolean silent;

  String token;
  int id;
  int[] parents;
  final BlockingQueue<Frame> received = new LinkedBlockingQueue<>();

  /** A frame as it came in. */
  static final class Frame {
    int flags;
    int dst;
    int src;
    int auth;
    long handle;
    long replyTo;
    byte[] payload;

    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }
  }

  /** The bytes that fit between the two ends; 0 for the default of sockets. */
  private final int room;

  Peer() throws IOException {
    this(0);
  }

  Peer(int room) throws IOException {
    this.room = room;
    server = new ServerSocket();
    if (room > 0) {
      server.setReceiveBufferSize(room);
    }
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    server.setSoTimeout(SECONDS * 1000);
  }

  HostileMethod method() {
    return new HostileMethod(server.getLocalPort(), room);
  }

  /** Takes the connection, and reads the settings: its id, and the parents' ids. */
  Peer meet() throws IOException {
    socket = server.accept();
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    out = socket.getOutputStream();
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      line.append((char) b);
    }
    token = line.toString();
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    Object[] settings = (Object[]) decoder(bytes).value();
    id = (int) settings[0];
    Object[] above = (Object[]) settings[1];
    parents = new int[above.length];
    for (int i = 0; i < parents.length; i++) {
      parents[i] = (int) above[i];
    }
    return this;
  }

  /** Says that it is up, and begins to read what comes. */
  Peer up() throws IOException {
    upAndDeaf();
    Thread reader = new Thread(this::read, "peer " + id);
    reader.setDaemon(true);
    reader.start();
    return this;
  }

  /** As up, but never reads. */
  void upAndDeaf() throws IOException {
    say(token + ":up\n");
    send(parents[0], Handle.ADD_ROUTE, 0, hello(id, parents[0], "17", "mallory", 4711));
  }

  void say(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Frames, or what pretends to be. */
  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
    sent += bytes.length;
  }

  /** What a context says of itself, and of those below it. */
  static byte[] hello(Object... values) {
    return payload(e -> e.all(values));
  }

  static byte[] text(String text) {
    return payload(e -> e.text(text));
  }

  static byte[] varints(long... values) {
    return payload(e -> LongStream.of(values).forEach(e::varint));
  }

  static byte[] credit(long handle, long bytes) {
    return payload(
        e -> {
          e.i64(handle);
          e.i64(0);
          e.varint(bytes);
        });
  }

  static byte[] payload(Consumer<Encoder> write) {
    Encoder e = new Encoder(null, true);
    write.accept(e);
    byte[] payload = new byte[e.len - Header.SIZE];
    System.arraycopy(e.buf, Header.SIZE, payload, 0, payload.length);
    return payload;
  }

  /** A frame in its own name. */
  void send(int dst, long handle, long replyTo, byte[] payload) throws IOException {
    frame(0, dst, id, id, handle, replyTo, payload);
  }

  void frame(int flags, int dst, int src, int auth, long handle, long replyTo, byte[] payload)
      throws IOException {
    raw(bytes(flags, dst, src, auth, handle, replyTo, payload.length, payload));
  }

  static byte[] bytes(
      int flags,
      int dst,
      int src,
      int auth,
      long handle,
      long replyTo,
      int length,
      byte[] payload) {
    ByteBuffer b = ByteBuffer.allocate(Header.SIZE + payload.length);
    b.putInt(length).put((byte) flags).putInt(dst).putInt(src).putInt(auth);
    b.putLong(handle).putLong(replyTo).put(payload);
    return b.array();
  }

  private void read() {
    try {
      for (; ; ) {
        Frame f = readFrame();
        read += Header.SIZE + f.payload.length;
        if (f.dst == Handle.LINK && f.handle == Handle.PING && !silent) {
          send(Handle.LINK, Handle.ACK, read, Message.EMPTY);
        }
        received.add(f);
      }
    } catch (IOException e) {
      Frame end = new Frame();
      end.dst = Integer.MIN_VALUE;
      received.add(end);
    }
  }

  private Frame readFrame() throws IOException {
    byte[] head = new byte[Header.SIZE];
    in.readFully(head);
    ByteBuffer b = ByteBuffer.wrap(head);
    Frame f = new Frame();
    f.payload = new byte[b.getInt()];
    f.flags = b.get();
    f.dst = b.getInt();
    f.src = b.getInt();
    f.auth = b.getInt();
    f.handle = b.getLong();
    f.replyTo = b.getLong();
    in.readFully(f.payload);
    return f;
  }

  /** The next frame to a handle; what comes before it is dropped. */
  Frame await(int dst, long handle) throws InterruptedException {
    for (; ; ) {
      Frame f = received.poll(SECONDS, TimeUnit.SECONDS);
      if (f == null || (f.dst == Integer.MIN_VALUE && dst != Integer.MIN_VALUE)) {
        throw new AssertionError(
            (f == null ? "no" : "the link ended before a") + " frame to " + handle);
      }
      if (f.dst == dst && (dst == Integer.MIN_VALUE || f.handle == handle)) {
        return f;
      }
    }
  }

  /** The next call that wants an answer; not that by which its parent has it begin all it does. */
  Frame awaitCall() throws InterruptedException {
    Frame f = await(id, Handle.CALL);
    return f.replyTo == 0 ? awaitCall() : f;
  }

  /** Returns when the parent has looked at all that was sent. */
  void settle() throws Exception {
    long all = sent;
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    for (Frame f = null; f == null || f.handle != Handle.ACK || f.replyTo < all; ) {
      if (f == null) { // an end that has read little is told nothing
        send(Handle.LINK, Handle.PING, 0, Message.EMPTY);
      }
      f = received.poll(1, TimeUnit.SECONDS);
      if (System.nanoTime() > until) {
        throw new AssertionError("the parent has not looked at all");
      }
    }
  }

  /** Returns when the parent has closed the link. */
  void awaitEnd() throws InterruptedException {
    await(Integer.MIN_VALUE, 0);
  }

  /** Asks for a block of ids, as an honest child does. */
  Frame ask() throws Exception {
    send(parents[0], Handle.ALLOCATE, 5000, varints(1000));
    return await(id, 5000);
  }

  /** A block of ids: the first of them. */
  int allocate() throws Exception {
    return (int) decoder(ask().payload).varint();
  }

  private static Decoder decoder(byte[] payload) {
    return new Decoder(null, new Message(null, 0, 0, 0, 0, 0, payload));
  }

  @Override
  public void close() throws IOException {
    server.close();
    if (socket != null) {
      socket.close();
    }
  }
}
