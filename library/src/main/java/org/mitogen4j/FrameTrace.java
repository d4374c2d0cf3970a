package org.mitogen4j;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.master.FrameLog;

/**
 * Saves the headers of all frames between the master and its children to a file: times, addresses
 * and sizes, and nothing of what is in the messages. Made by {@link Router#traceFrames}; {@link
 * #read} reads the file. Frames that come faster than they can be written are left out and counted.
 * Any thread may use it.
 */
public final class FrameTrace implements Closeable {
  /** What a file begins with: also the version of its format. */
  private static final long MAGIC = 0x4d34_4a66_7261_0001L;

  /** Frames that wait to be written. */
  private static final int QUEUED = 1 << 14;

  private static final long POLL_MILLIS = 100;
  private static final long CLOSE_MILLIS = 5000;

  private final FrameLog log;
  private final long zero = System.nanoTime();
  private final BlockingQueue<Frame> queue = new ArrayBlockingQueue<>(QUEUED);
  private final AtomicLong dropped = new AtomicLong();
  private final DataOutputStream out;
  private final Thread writer;
  private volatile boolean closed;
  private volatile IOException failure;

  FrameTrace(MessageRouter router, FrameLog log, Path file) throws IOException {
    this.log = log;
    out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    out.writeLong(MAGIC);
    writer = router.thread("frames", this::write);
    writer.start();
    log.to(this::add);
  }

  /** One frame, as it was read or written by the master. */
  public static final class Frame {
    private final long nanos;
    private final int child;
    private final boolean received;
    private final byte[] header;

    Frame(long nanos, int child, boolean received, byte[] header) {
      this.nanos = nanos;
      this.child = child;
      this.received = received;
      this.header = header;
    }

    /** When it was read or written, since the trace began. */
    public Duration time() {
      return Duration.ofNanos(nanos);
    }

    /** The number of the child on whose link it was. */
    public int child() {
      return child;
    }

    /** Whether the child sent it; else the master did. */
    public boolean received() {
      return received;
    }

    /** The number of the context that it comes from. */
    public int source() {
      return Header.getInt(header, Header.SRC);
    }

    /** The number of the context that it goes to; -1 for what concerns the link only. */
    public int destination() {
      return Header.getInt(header, Header.DST);
    }

    /** The handle in its destination. */
    public long handle() {
      return Header.getLong(header, Header.HANDLE);
    }

    /** The handle in its source for the reply; 0 for none. */
    public long replyTo() {
      return Header.getLong(header, Header.REPLY_TO);
    }

    /** Bytes of its payload. */
    public int bytes() {
      return Header.getInt(header, 0);
    }

    @Override
    public String toString() {
      return FrameLog.line(received, header);
    }
  }

  private void add(int child, boolean received, byte[] header) {
    if (!queue.offer(new Frame(System.nanoTime() - zero, child, received, header))) {
      dropped.incrementAndGet();
    }
  }

  private void write() {
    try {
      while (!closed || !queue.isEmpty()) {
        Frame frame = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        if (frame != null) {
          out.writeLong(frame.nanos);
          out.writeInt(frame.child);
          out.writeBoolean(frame.received);
          out.write(frame.header);
        }
      }
    } catch (InterruptedException e) {
      // nobody has this thread
    } catch (IOException e) {
      failure = e; // which close throws
    }
  }

  /** How many frames were left out, since they could not be written in time. */
  public long dropped() {
    return dropped.get();
  }

  /**
   * Ends the trace; what was recorded is in the file then. Waits up to 5 seconds for that.
   *
   * @throws IOException when the file can't be written
   */
  @Override
  public void close() throws IOException {
    closed = true;
    log.to(null);
    try {
      writer.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    out.close();
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Reads a file that a trace has written.
   *
   * @return the frames in the order in which they were recorded
   * @throws IOException when it can't be read, or is no such file
   */
  public static List<Frame> read(Path file) throws IOException {
    List<Frame> frames = new ArrayList<>();
    long left = Files.size(file) - Long.BYTES;
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (left < 0 || in.readLong() != MAGIC) {
        throw new IOException(file + " is no frame trace of this version");
      }
      int size = Long.BYTES + Integer.BYTES + 1 + Header.SIZE;
      for (; left >= size; left -= size) { // a part of a frame may be the last
        long nanos = in.readLong();
        int child = in.readInt();
        boolean received = in.readBoolean();
        byte[] header = new byte[Header.SIZE];
        in.readFully(header);
        frames.add(new Frame(nanos, child, received, header));
      }
    }
    return frames;
  }
}
