package org.mitogen4j.internal.kernel;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.mitogen4j.connect.spi.MemoryPipe;
import org.mitogen4j.internal.boot.FirstStage;
import org.mitogen4j.internal.master.Master;
import org.mitogen4j.internal.master.ProgramClasses;
import org.mitogen4j.internal.parent.start.ChildBootstrap;

/**
 * A parent that the test plays, frame by frame, to a real child in this JVM. All that it does by
 * itself is to answer the child's requests for classes, as real parents do: ahead of the first of
 * the library's it sends all that a context needs.
 */
final class ScriptedParent implements AutoCloseable {
  static final int CHILD = 1;
  private static final int SECONDS = 20;

  private final MemoryPipe down = new MemoryPipe();
  private final MemoryPipe up = new MemoryPipe();
  private final OutputStream out = down.output();
  private final ClassCache library = Master.kernel();
  private final ProgramClasses classes =
      new ProgramClasses(library, ScriptedParent.class.getClassLoader());
  private boolean pushed;
  final BlockingQueue<Message> received = new LinkedBlockingQueue<>();

  /** Starts the child; returns when it has said that it is up. */
  ScriptedParent start() throws Exception {
    String[] args = {"token", "4711", "0"};
    Runnable child = FirstStage.start(library.image, args, down.input(), up.output(), null);
    thread("child", child);
    DataInputStream in = new DataInputStream(up.input());
    while (in.read() != '\n' || in.read() != 't') {
      // until the line with the token
    }
    while (in.read() != '\n') {
      // the rest of that line
    }
    thread("parent of the child", () -> read(in));
    await(m -> m.handle == Handle.ADD_ROUTE);
    return this;
  }

  /** What a child reads first: its settings. */
  ScriptedParent settings(boolean unidirectional) throws IOException {
    Object[] own = {0, new Object[0], "parent", 1 << 24, unidirectional, 10_000L, 16};
    MessageRouter parent = new MessageRouter(own, Master.kernel());
    out.write(ChildBootstrap.settings(parent, CHILD, "child"));
    return this;
  }

  private static void thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void read(DataInputStream in) {
    try {
      for (; ; ) {
        byte[] head = new byte[Header.SIZE];
        in.readFully(head);
        byte[] frame = new byte[Header.SIZE + Header.getInt(head, 0)];
        System.arraycopy(head, 0, frame, 0, head.length);
        in.readFully(frame, head.length, frame.length - head.length);
        Message m = MessageRouter.message(null, frame, 0, frame.length);
        if (m.handle == Handle.CLASS) {
          String name = new Decoder(null, m).text();
          if (name.startsWith("org.mitogen4j.")) {
            pushContextBundle();
          }
          byte[] packed = classes.here(name);
          send(0, CHILD, m.replyTo, 0, payload(e -> e.bytes(packed)));
        }
        received.add(m);
      }
    } catch (IOException e) {
      // the child has ended
    }
  }

  private void pushContextBundle() throws IOException {
    if (!pushed) {
      pushed = true;
      for (String name : classes.bundle("context")) {
        byte[] packed = classes.here(name);
        send(
            0,
            CHILD,
            Handle.PUSH,
            0,
            payload(
                e -> {
                  e.text(name);
                  e.bytes(packed);
                }));
      }
    }
  }

  /** Writes one frame in the parent's name. */
  synchronized void send(int flags, int dst, long handle, long replyTo, byte[] payload)
      throws IOException {
    ByteBuffer b = ByteBuffer.allocate(Header.SIZE + payload.length);
    b.putInt(payload.length).put((byte) flags).putInt(dst).putInt(0).putInt(0);
    b.putLong(handle).putLong(replyTo).put(payload);
    out.write(b.array());
  }

  /** Calls a static method with one text. */
  void call(String function, String argument, long replyTo) throws IOException {
    send(
        0,
        CHILD,
        Handle.CALL,
        replyTo,
        payload(
            e -> {
              e.text(function);
              e.all(new Object[] {argument});
            }));
  }

  static byte[] payload(Consumer<Encoder> write) {
    Encoder e = new Encoder(null, true);
    write.accept(e);
    byte[] payload = new byte[e.len - Header.SIZE];
    System.arraycopy(e.buf, Header.SIZE, payload, 0, payload.length);
    return payload;
  }

  /** The next message for which this holds; what comes before it is dropped. */
  Message await(java.util.function.Predicate<Message> wanted) throws InterruptedException {
    for (; ; ) {
      Message m = received.poll(SECONDS, TimeUnit.SECONDS);
      if (m == null) {
        throw new AssertionError("the child does not send what is expected");
      }
      if (wanted.test(m)) {
        return m;
      }
    }
  }

  /** The value that answers a call. */
  Object answer(long replyTo) throws InterruptedException {
    Decoder d = new Decoder(null, await(m -> m.handle == replyTo));
    return d.u8() == CallHandler.OK ? d.value() : "failed: " + ((Object[]) d.value())[1];
  }

  @Override
  public void close() {
    down.close();
    up.close();
  }
}
