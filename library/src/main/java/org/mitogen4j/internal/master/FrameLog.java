package org.mitogen4j.internal.master;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.parent.FrameListener;

/**
 * Logs the frames that the master reads and writes, a line each, at FINE, to the logger {@code
 * org.mitogen4j.frames}: {@code << 3->0 handle 1027 42 bytes BULK}. Costs nothing for children that
 * are started while the logger is off.
 */
final class FrameLog implements FrameListener {
  private static final Logger LOG = Logger.getLogger(Loggers.FRAMES);
  private static final String[] FLAGS = {"MORE", "BULK", "DEAD", "FIRST"};

  @Override
  public InputStream in(InputStream from) {
    return LOG.isLoggable(Level.FINE) ? new Read(from) : from;
  }

  @Override
  public OutputStream out(OutputStream to, int ahead) {
    return LOG.isLoggable(Level.FINE) ? new Written(to, ahead) : to;
  }

  /** Follows one direction: a header, then as many bytes as it says. */
  private static final class Frames {
    private final String direction;
    private final byte[] header = new byte[Header.SIZE];
    private int have;
    private int skip;

    Frames(String direction, int ahead) {
      this.direction = direction;
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
            Log.log(LOG, Level.FINE, "{0}", line());
          }
        }
        at += n;
      }
    }

    private String line() {
      StringBuilder s = new StringBuilder(direction).append(' ');
      s.append(Header.getInt(header, Header.SRC))
          .append("->")
          .append(Header.getInt(header, Header.DST));
      s.append(" handle ").append(Header.getLong(header, Header.HANDLE));
      s.append(' ').append(Header.getInt(header, 0)).append(" bytes");
      for (int i = 0; i < FLAGS.length; i++) {
        if ((header[Header.FLAGS] & 1 << i) != 0) {
          s.append(' ').append(FLAGS[i]);
        }
      }
      return s.toString();
    }
  }

  private static final class Read extends FilterInputStream {
    private final Frames frames = new Frames("<<", 0);

    Read(InputStream in) {
      super(in);
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

    Written(OutputStream out, int ahead) {
      super(out);
      frames = new Frames(">>", ahead);
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
