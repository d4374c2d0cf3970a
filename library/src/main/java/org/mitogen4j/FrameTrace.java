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
 * and sizes, but no content of messages. {@link Router#traceFrames} creates a trace, and {@link
 * #read} reads the file. A thread of the router writes the file; frames that come faster than it
 * can write are left out and counted. A router has one trace at a time, and closes it when it is
 * closed itself. Any thread may use a trace.
 */
public final class FrameTrace implements Closeable {
  /** The first 8 bytes of a file; they include the version of its format. */
  private static final long MAGIC = 0x4d34_4a66_7261_0001L;

  /** The most frames that wait to be written. */
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

  /** The one instance of the reference to {@link #add}. */
  private final FrameLog.Sink sink = this::add;

  FrameTrace(MessageRouter router, FrameLog log, Path file) throws IOException {
    this.log = log;
    if (!log.begin(sink)) {
      throw new IllegalStateException("another frame trace of this router is open: close it first");
    }
    try {
      out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
      out.writeLong(MAGIC);
    } catch (IOException | RuntimeException e) {
      log.end(sink);
      throw e;
    }
    writer = router.thread("frames", this::write);
    writer.start();
  }

  /** The header of one frame that the master read or wrote. */
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

    /** The time from the beginning of the trace until the master read or wrote the frame. */
    public Duration time() {
      return Duration.ofNanos(nanos);
    }

    /** The id of the direct child at the other end of the link. */
    public int child() {
      return child;
    }

    /** Whether the child sent the frame; otherwise the master sent it. */
    public boolean received() {
      return received;
    }

    /** The id of the context that sent the message. */
    public int source() {
      return Header.getInt(header, Header.SRC);
    }

    /**
     * The id of the context that the message goes to; -1 for a frame that concerns the link only.
     */
    public int destination() {
      return Header.getInt(header, Header.DST);
    }

    /** The handle in the destination that receives the message. */
    public long handle() {
      return Header.getLong(header, Header.HANDLE);
    }

    /** The handle in the source that receives the reply; 0 when none is expected. */
    public long replyTo() {
      return Header.getLong(header, Header.REPLY_TO);
    }

    /** The size of the payload in bytes, without the header. */
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
      // no other code has a reference to this thread, so nothing interrupts it
    } catch (IOException e) {
      failure = e; // close() throws it
    }
  }

  /** The number of frames that were left out because they could not be written in time. */
  public long dropped() {
    return dropped.get();
  }

  /**
   * Ends the trace, and waits up to 5 seconds until all recorded frames are in the file.
   *
   * @throws IOException when the file could not be written
   */
  @Override
  public void close() throws IOException {
    closed = true;
    log.end(sink);
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
   * Reads the file of a trace. An incomplete frame at its end is ignored.
   *
   * @param file the file; may still be being written
   * @return the frames in the order in which they were recorded
   * @throws IOException when the file can't be read, or is no trace of this version
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
      for (; left >= size; left -= size) { // the last frame may be incomplete
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
