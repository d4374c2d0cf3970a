package org.mitogen4j.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;

/** A child of a master in this JVM that is nothing but the frames that it sends. */
final class FakeChild {
  /** What there is to read comes from {@link #send}, block by block. */
  private static final class Blocks extends InputStream {
    private ByteBuffer block = ByteBuffer.allocate(0); // guarded by this
    private boolean ended; // guarded by this

    synchronized void put(byte[] bytes) throws InterruptedException {
      while (block.hasRemaining()) {
        wait(); // until it is read
      }
      block = ByteBuffer.wrap(bytes);
      notifyAll();
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public synchronized int read(byte[] b, int off, int len) throws IOException {
      try {
        while (!block.hasRemaining() && !ended) {
          wait(); // until put or close
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (ended) {
        return -1;
      }
      int n = Math.min(len, block.remaining());
      block.get(b, off, n);
      notifyAll();
      return n;
    }

    @Override
    public synchronized int available() {
      return block.remaining();
    }

    @Override
    public synchronized void close() {
      ended = true;
      notifyAll();
    }
  }

  /** What comes from the master: frames, of which only the replies are kept, and all counted. */
  private static final class Sink extends OutputStream {
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream(); // guarded by this
    private byte[] reply; // guarded by this
    private long frames; // guarded by this

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException();
    }

    @Override
    public synchronized void write(byte[] b, int off, int n) {
      begun.write(b, off, n);
      ByteBuffer all = ByteBuffer.wrap(begun.toByteArray());
      while (all.remaining() >= Header.SIZE
          && all.remaining() >= Header.SIZE + all.getInt(all.position())) {
        int at = all.position();
        byte[] payload = new byte[all.getInt(at)];
        all.position(at + Header.SIZE);
        all.get(payload);
        if (all.getInt(at + 5) != Handle.LINK) {
          frames++;
          if (all.getLong(at + 17) == REPLY) {
            reply = payload;
          }
        }
      }
      begun.reset();
      begun.write(all.array(), all.position(), all.remaining());
      notifyAll();
    }
  }

  private static final long REPLY = 5000;

  final Link stream;
  private final int id;
  private final Blocks blocks = new Blocks();
  private final Sink sink = new Sink();

  FakeChild(ContextRuntime master, int id) throws IOException {
    this.id = id;
    stream = new Link(master.router, id);
    master.routing.plan(id, master.router.id, stream);
    stream.attach(blocks, sink);
    stream.owner = blocks;
    stream.begin(new byte[0]);
    master.router.thread("read " + id, stream).start();
  }

  /** A frame to somebody, from a context behind this one. */
  static byte[] frame(int dst, int src, long handle, long replyTo, byte[] payload) {
    byte[] frame = new byte[Header.SIZE + payload.length];
    Header.put(frame, payload.length, 0, dst, src, src, handle, replyTo);
    System.arraycopy(payload, 0, frame, Header.SIZE, payload.length);
    return frame;
  }

  /** Has the master read frames; returns when it has begun to read the last. */
  void send(byte[] frames) throws InterruptedException {
    blocks.put(frames);
    blocks.put(new byte[0]);
  }

  /** Asks the master something. */
  byte[] ask(long handle, byte[] payload) throws InterruptedException {
    send(frame(0, id, handle, REPLY, payload));
    synchronized (sink) {
      while (sink.reply == null) {
        sink.wait();
      }
      byte[] reply = sink.reply;
      sink.reply = null;
      return reply;
    }
  }

  /** How many frames have been written to this child so far. */
  long frames() {
    synchronized (sink) {
      return sink.frames;
    }
  }

  void awaitFrames(long count) throws InterruptedException {
    synchronized (sink) {
      while (sink.frames < count) {
        sink.wait();
      }
    }
  }
}
