package org.mitogen4j.internal.master;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.parent.FrameListener;

/**
 * Logs the frames that the master reads and writes, a line each, at FINE, to the logger {@code
 * org.mitogen4j.frames}: {@code << 3->0 handle 1027 42 bytes BULK}. Costs nothing for children that
 * are started while the logger is off.
 */
public final class FrameLog implements FrameListener {
  private static final Logger LOG = Logger.getLogger(Loggers.FRAMES);
  private static final String[] FLAGS = {"MORE", "BULK", "DEAD", "FIRST"};

  /** Takes the headers of frames. Called on the threads that read and write: must not wait. */
  public interface Sink {
    /**
     * Takes the header of one frame.
     *
     * @param received whether the frame came from the child; otherwise it went to the child
     * @param header a copy of the header
     */
    void frame(int child, boolean received, byte[] header);
  }

  /** The sink for the frames of the children that are started while it is set; null for none. */
  private final AtomicReference<Sink> sink = new AtomicReference<>();

  /**
   * Sets the sink for the frames of the children that are started from now on.
   *
   * @return false when there is one already
   */
  public boolean begin(Sink taker) {
    return sink.compareAndSet(null, taker);
  }

  /** Ends what {@link #begin} began; does nothing when another sink is set. */
  public void end(Sink taker) {
    sink.compareAndSet(taker, null);
  }

  private boolean isWanted() {
    return sink.get() != null || LOG.isLoggable(Level.FINE);
  }

  @Override
  public InputStream in(int child, InputStream from) {
    return isWanted() ? new Read(from, new Frames(child, true, 0)) : from;
  }

  @Override
  public OutputStream out(int child, OutputStream to, int ahead) {
    return isWanted() ? new Written(to, new Frames(child, false, ahead)) : to;
  }

  /** Finds the headers in the bytes of one direction. */
  private final class Frames {
    private final int child;
    private final boolean received;
    private final byte[] header = new byte[Header.SIZE];

    /** The bytes of the header that have come. */
    private int have;

    /** The bytes before the next header. */
    private int skip;

    Frames(int child, boolean received, int ahead) {
      this.child = child;
      this.received = received;
      skip = ahead;
    }

    void take(byte[] b, int off, int len) {
      for (int at = off, end = off + len; at < end; ) {
        int n = Math.min(end - at, skip > 0 ? skip : header.length - have);
        if (skip > 0) {
          skip -= n;
        } else {
          System.arraycopy(b, at, header, have, n);
          have += n;
          if (have == header.length) {
            have = 0;
            skip = Math.max(0, Header.getInt(header, 0));
            Sink taker = sink.get();
            if (taker != null) {
              taker.frame(child, received, header.clone());
            }
            if (LOG.isLoggable(Level.FINE)) {
              Log.log(LOG, Level.FINE, "{0}", line(received, header));
            }
          }
        }
        at += n;
      }
    }
  }

  /** The header of a frame as one line for people. */
  public static String line(boolean received, byte[] header) {
    StringBuilder s = new StringBuilder(received ? "<< " : ">> ");
    s.append(Header.getInt(header, Header.SRC)).append("->");
    s.append(Header.getInt(header, Header.DST));
    s.append(" handle ").append(Header.getLong(header, Header.HANDLE));
    s.append(' ').append(Header.getInt(header, 0)).append(" bytes");
    for (int i = 0; i < FLAGS.length; i++) {
      if ((header[Header.FLAGS] & 1 << i) != 0) {
        s.append(' ').append(FLAGS[i]);
      }
    }
    return s.toString();
  }

  private static final class Read extends FilterInputStream {
    private final Frames frames;

    Read(InputStream in, Frames frames) {
      super(in);
      this.frames = frames;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      int n = in.read(b, off, len);
      if (n > 0) {
        frames.take(b, off, n);
      }
      return n;
    }
  }

  private static final class Written extends FilterOutputStream {
    private final Frames frames;

    Written(OutputStream out, Frames frames) {
      super(out);
      this.frames = frames;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      frames.take(b, off, len);
      out.write(b, off, len);
    }
  }
}
