package org.mitogen4j.internal.boot;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * One end of a reliable byte stream over a line that may lose, change, repeat and insert bytes, and
 * may carry 7 bits only: a serial console. Both ends run this class; PROTOCOL.md has the format.
 * The stream to the other end is {@link #data}, the one from it is this object.
 *
 * <p>The thread that reads takes lines apart, and never writes; a thread of this class writes: new
 * frames, acknowledgements, and frames that got lost.
 */
public class ReliableLine extends InputStream implements Runnable {
  /** The role of the parent's end. */
  public static final int PARENT = 1;

  /** The role of the child's end. */
  public static final int CHILD = 2;

  /** Frames that may be on the way; a mask of 6 bits has to name all but the first. */
  private static final int WINDOW = 7;

  /**
   * The most bytes of a stream that a frame carries: {@link #WINDOW} frames are less than the 4,096
   * characters that a terminal keeps, and no bit of the last character is left over.
   */
  private static final int PAYLOAD = 435;

  /** Ahead of the payload: kind and mask, acknowledgement, sequence number. */
  private static final int HEADER = 3;

  /** Behind the payload: a CRC-32. */
  private static final int CHECK = 4;

  /** The most characters between the start of a frame and the end of its line. */
  private static final int LINE = ((HEADER + PAYLOAD + CHECK) * 8 + 12) / 13 * 2;

  private static final int START = '|';
  private static final int BASE = 91;

  // kinds of frames
  private static final int ACK = 0;
  private static final int DATA = 1;
  private static final int ERRORS = 2;
  private static final int END = 3;

  /** Bytes that wait to be sent while a writer may add more. */
  private static final int QUEUED = 2048;

  /** The most bytes that a writer adds then, without waiting: what any pipe takes. */
  private static final int PIECE = 4096;

  /** How long a single frame waits for its acknowledgement to be sent. */
  private static final int ACK_MILLIS = 20;

  /** The same for a full frame, behind which another is likely: at 9,600 baud two more come. */
  private static final int FULL_ACK_MILLIS = 1_300;

  /** An end that has nothing to say says so after this time. */
  private static final int KEEPALIVE_MILLIS = 10_000;

  /** The line is lost when nothing valid came for this time. */
  private static final int SILENT_MILLIS = 60_000;

  /** Added to three round trips: after that time without progress a frame is sent again. */
  private static final int RESEND_MILLIS = 300;

  /** The most round trip that is reckoned with, in milliseconds, and the first guess. */
  private static final int MAX_TRIP_MILLIS = 5_000;

  private static final int FIRST_TRIP_MILLIS = 1_000;

  /** That pause is doubled each time up to this factor. */
  private static final int MAX_BACKOFF = 8;

  /** The stream to the other end. Its close is the end of the stream there. */
  public final OutputStream data = new Channel(DATA);

  /** To the other end's {@link #errors(byte[], int, int)}. */
  public final OutputStream errors = new Channel(ERRORS);

  private final InputStream in;
  private final OutputStream out;
  private final byte[] token;
  private final int role;

  // Sending; guarded by this. Numbers of frames grow; of their low byte the other end is told.
  private int first; // the oldest that is not acknowledged
  private int next;
  private final byte[][] frames = new byte[WINDOW][]; // kind and payload
  private final long[] sentAt = new long[WINDOW];
  private final int[] order = new int[WINDOW]; // of its last transmission
  private final boolean[] isRepeated = new boolean[WINDOW];
  private final boolean[] isDue = new boolean[WINDOW];
  private final boolean[] hasArrived = new boolean[WINDOW];
  private int transmissions;
  private long trip = FIRST_TRIP_MILLIS;
  private int backoff = 1;
  private long progress;
  private boolean endIsQueued;
  boolean closed; // not private: accessors would cost bytes

  // Receiving; guarded by this, for acknowledgements tell of it.
  /** The number of frames that were received whole and in order; the reading thread's. */
  protected int expected;

  private final byte[][] received = new byte[WINDOW][];
  private int unacknowledged;
  private long ackDue;
  private boolean ackIsUrgent;
  private long heard = now();
  private long spoken = heard;
  boolean ended;

  // the reading thread's
  private final byte[] raw = new byte[512];
  private final byte[] line = new byte[LINE];
  private int length;
  private boolean inFrame;
  private final byte[] body = new byte[HEADER + PAYLOAD + CHECK + 1];
  private final byte[] ready = new byte[WINDOW * PAYLOAD + 2 * LINE + 512];
  private int readyAt;
  private int readyEnd;

  /**
   * An end of a line; {@link #start} begins.
   *
   * @param token both ends have the same: what another session left on the line is no frame
   * @param role {@link #PARENT} or {@link #CHILD}: what a line gives back is no frame
   */
  public ReliableLine(InputStream in, OutputStream out, String token, int role) {
    this.in = in;
    this.out = out;
    this.token = token.getBytes(StandardCharsets.US_ASCII);
    this.role = role;
  }

  /** Starts the thread that writes. */
  public final void start(String name) {
    Thread thread = new Thread(this, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Takes a line that is no frame, without its end; the reading thread calls it. */
  protected void text(byte[] b, int size) throws IOException {}

  /** Takes what the other end wrote to its {@link #errors}; must not block. */
  protected void errors(byte[] b, int off, int size) {}

  /** Nothing came for too long, or the line can't be written to. */
  protected void lost() {}

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
  }

  @Override
  public final int read(byte[] b, int off, int len) throws IOException {
    while (readyAt == readyEnd) {
      readyAt = readyEnd = 0;
      int n = ended ? -1 : in.read(raw);
      if (n < 0) {
        end(); // so who writes learns it, as by a pipe
        return -1;
      }
      for (int i = 0; i < n; i++) {
        take(raw[i]);
      }
    }
    int n = Math.min(len, readyEnd - readyAt);
    System.arraycopy(ready, readyAt, b, off, n);
    readyAt += n;
    return n;
  }

  /** The end of the stream is there: what is ready is the last. */
  protected final synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Puts bytes into this stream. For the reading thread, at most one line for each it is given. */
  protected final void give(byte[] b, int off, int size) {
    System.arraycopy(b, off, ready, readyEnd, size);
    readyEnd += size;
  }

  private void take(int raw) throws IOException {
    int c = raw & 127; // what has a parity bit
    if (c == START) {
      inFrame = true;
      length = 0;
    } else if (c == '\n' || length == LINE) {
      if (!inFrame) {
        text(line, length);
      } else if (c == '\n') {
        frame();
      }
      inFrame = false;
      length = 0;
      if (c != '\n') {
        line[length++] = (byte) raw;
      }
    } else if (c != '\r') {
      line[length++] = (byte) (inFrame ? c : raw);
    }
  }

  private synchronized void frame() {
    int n = decode() - CHECK;
    if (n < 2 || crc(body, n, PARENT + CHILD - role) != number(n)) {
      return;
    }
    heard = now();
    acknowledge(body[1], body[0]);
    int kind = body[0] >> 6 & 3;
    if (kind != ACK && n >= HEADER) {
      int ahead = body[2] - expected & 255;
      if (ahead < WINDOW && received[(expected + ahead) % WINDOW] == null) {
        byte[] frame = new byte[n - 2];
        frame[0] = (byte) kind;
        System.arraycopy(body, HEADER, frame, 1, n - HEADER);
        received[(expected + ahead) % WINDOW] = frame;
      }
      // where a frame is missing, or was: the other end may have nothing else that it may send
      ackIsUrgent |= ahead != 0 || received[(expected + 1) % WINDOW] != null;
      boolean isFull = n == HEADER + PAYLOAD;
      if (unacknowledged++ == 0 || !isFull) {
        ackDue = heard + (isFull ? FULL_ACK_MILLIS : ACK_MILLIS);
      }
      for (byte[] f; (f = received[expected % WINDOW]) != null; ) {
        received[expected++ % WINDOW] = null;
        deliver(f);
      }
    }
    notifyAll();
  }

  private void deliver(byte[] frame) {
    if (frame[0] == DATA) {
      give(frame, 1, frame.length - 1);
    } else if (frame[0] == ERRORS) {
      errors(frame, 1, frame.length - 1);
    } else {
      ended = true;
    }
  }

  /** Turns the characters of a line into bytes, and returns how many; 0 for what can't be. */
  private int decode() {
    int n = 0;
    int bits = 0;
    int count = 0;
    for (int i = 0; i < length; i += 2) {
      boolean pair = i + 1 < length;
      int low = value(line[i]);
      int high = pair ? value(line[i + 1]) : 0;
      if (low < 0 || high < 0) {
        return 0;
      }
      bits |= low + high * BASE << count;
      count += pair ? 13 : 6;
      for (; count >= 8; count -= 8) {
        body[n++] = (byte) bits;
        bits >>>= 8;
      }
    }
    return n;
  }

  /** The number that a character stands for; -1 for a character that stands for none. */
  private static int value(int c) {
    return c <= ' ' || c == '+' || c > '}' ? -1 : c - '!' - (c > '+' ? 1 : 0) - (c > START ? 1 : 0);
  }

  /** Any printable character but + | ~, which modems and terminal programs may take for orders. */
  private static byte character(int value) {
    int c = value + '!';
    c += c >= '+' ? 1 : 0;
    return (byte) (c >= START ? c + 1 : c);
  }

  private int crc(byte[] b, int size, int from) {
    CRC32 crc = new CRC32();
    crc.update(token, 0, token.length);
    crc.update(from);
    crc.update(b, 0, size);
    return (int) crc.getValue();
  }

  private int number(int at) {
    int n = 0;
    for (int i = 0; i < CHECK; i++) {
      n = n << 8 | body[at + i] & 255;
    }
    return n;
  }

  /**
   * The other end tells which frame it expects, and which of those behind it arrived. The line
   * keeps the order: a frame that was last sent ahead of one that arrived got lost.
   */
  private void acknowledge(int low, int mask) {
    int upTo = first + (low - first & 255);
    if (upTo > next) {
      return; // an old one, or a lie
    }
    int newest = 0;
    for (; first < upTo; first++) {
      int slot = first % WINDOW;
      newest = Math.max(newest, order[slot]);
      if (!isRepeated[slot] && !hasArrived[slot]) { // else it waited for another
        trip += (Math.min(heard - sentAt[slot], MAX_TRIP_MILLIS) - trip) / 4;
      }
      progress = heard;
      backoff = 1;
    }
    for (int i = first + 1; i < next; i++) {
      if ((mask >> i - first - 1 & 1) != 0) {
        hasArrived[i % WINDOW] = true;
        newest = Math.max(newest, order[i % WINDOW]);
      }
    }
    for (int i = first; i < next; i++) {
      isDue[i % WINDOW] |= !hasArrived[i % WINDOW] && order[i % WINDOW] < newest;
    }
  }

  @Override
  public void run() {
    try {
      for (byte[] line; (line = line()) != null; ) {
        out.write(line);
        out.flush();
      }
    } catch (IOException | InterruptedException e) {
      lost();
    }
    close();
  }

  /** Waits for the next line to write; null when there will be none. */
  private synchronized byte[] line() throws InterruptedException {
    for (long last = now(); !closed; ) {
      long now = now();
      if (now - last > 2 * KEEPALIVE_MILLIS) {
        heard = now; // this process was stopped itself
      }
      last = now;
      for (int i = first; i < next; i++) {
        if (isDue[i % WINDOW]) {
          isRepeated[i % WINDOW] = true;
          return transmit(i, now);
        }
      }
      if (next - first < WINDOW && (queue((Channel) data) || queue((Channel) errors))) {
        return transmit(next++, now);
      }
      long wait = KEEPALIVE_MILLIS - (now - spoken);
      if (unacknowledged > 0) {
        wait = Math.min(wait, ackDue - now);
      }
      if (unacknowledged > 2 || ackIsUrgent || wait <= 0) {
        return encode(ACK, 0, null, now);
      }
      if (now - heard > SILENT_MILLIS && !ended) {
        lost();
        return null;
      }
      if (first < next) {
        long since = Math.max(progress, sentAt[first % WINDOW]);
        long pause = Math.min((3 * trip + RESEND_MILLIS) * backoff, KEEPALIVE_MILLIS);
        long left = since + pause - now;
        if (left <= 0) {
          backoff = Math.min(2 * backoff, MAX_BACKOFF);
          isDue[first % WINDOW] = true;
          continue;
        }
        wait = Math.min(wait, left);
      }
      wait(wait);
    }
    return null;
  }

  /** Makes the next frame of what waits; false when nothing does. */
  private boolean queue(Channel from) {
    int n = Math.min(from.size, PAYLOAD);
    boolean ends = n == 0 && from.isClosed && from.kind == DATA && !endIsQueued;
    if (n == 0 && !ends) {
      return false;
    }
    endIsQueued |= ends;
    byte[] frame = new byte[n + 1];
    frame[0] = (byte) (ends ? END : from.kind);
    System.arraycopy(from.buf, 0, frame, 1, n);
    from.size -= n;
    System.arraycopy(from.buf, n, from.buf, 0, from.size);
    frames[next % WINDOW] = frame;
    isRepeated[next % WINDOW] = false;
    hasArrived[next % WINDOW] = false;
    notifyAll();
    return true;
  }

  private byte[] transmit(int number, long now) {
    int slot = number % WINDOW;
    isDue[slot] = false;
    sentAt[slot] = now;
    order[slot] = ++transmissions;
    return encode(frames[slot][0], number, frames[slot], now);
  }

  /** A line, which acknowledges what was received. */
  private byte[] encode(int kind, int number, byte[] frame, long now) {
    unacknowledged = 0;
    ackIsUrgent = false;
    spoken = now;
    int mask = kind << 6;
    for (int i = 1; i < WINDOW; i++) {
      if (received[(expected + i) % WINDOW] != null) {
        mask |= 1 << i - 1;
      }
    }
    int n = 2;
    byte[] b = new byte[HEADER + PAYLOAD + CHECK];
    b[0] = (byte) mask;
    b[1] = (byte) expected;
    if (kind != ACK) {
      b[2] = (byte) number;
      System.arraycopy(frame, 1, b, HEADER, frame.length - 1);
      n = HEADER + frame.length - 1;
    }
    int crc = crc(b, n, role);
    for (int i = 24; i >= 0; i -= 8) {
      b[n++] = (byte) (crc >> i);
    }
    int rest = n * 8 % 13;
    byte[] line = new byte[n * 8 / 13 * 2 + (rest > 6 ? 4 : rest > 0 ? 3 : 2)];
    int at = 0;
    line[at++] = START;
    int bits = 0;
    int count = 0;
    for (int i = 0; i < n; i++) {
      bits |= (b[i] & 255) << count;
      count += 8;
      if (count >= 13) {
        line[at++] = character((bits & 8191) % BASE);
        line[at++] = character((bits & 8191) / BASE);
        bits >>>= 13;
        count -= 13;
      }
    }
    if (count > 0) {
      line[at++] = character(bits % BASE);
      if (count > 6) {
        line[at++] = character(bits / BASE);
      }
    }
    line[at] = '\n';
    return line;
  }

  /**
   * Waits until all that was written has arrived and nothing more was for some time, or the other
   * end has ended the stream.
   *
   * @param quiet how long nothing more must come, in milliseconds
   * @param most the longest that this takes, in milliseconds
   */
  public final synchronized void drain(long quiet, long most) throws InterruptedException {
    long idleSince = now();
    for (long until = idleSince + most; !ended && !closed; ) {
      long now = now();
      if (first < next || ((Channel) data).size > 0 || ((Channel) errors).size > 0) {
        idleSince = now;
      }
      if (now >= until || now - idleSince > quiet) {
        return;
      }
      wait(Math.min(until - now, quiet + 1));
    }
  }

  /** Ends writing: threads that wait to write get an IOException. The streams below stay open. */
  @Override
  public final synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** What is written waits here until there is room in the window. */
  final class Channel extends OutputStream {
    final int kind;
    final byte[] buf = new byte[QUEUED + PIECE];
    int size;
    boolean isClosed;

    Channel(int kind) {
      this.kind = kind;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] b, int off, int len) throws IOException {
      boolean interrupted = false;
      synchronized (ReliableLine.this) {
        for (int done = 0; done < len; ) {
          while (size > QUEUED && !closed && !ended) {
            try {
              ReliableLine.this.wait();
            } catch (InterruptedException e) {
              interrupted = true; // no interrupt ends a write to a pipe either
            }
          }
          if (closed || ended || isClosed) {
            throw new IOException("the line is closed");
          }
          int n = Math.min(len - done, PIECE);
          System.arraycopy(b, off + done, buf, size, n);
          size += n;
          done += n;
          ReliableLine.this.notifyAll();
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      synchronized (ReliableLine.this) {
        isClosed = true;
        ReliableLine.this.notifyAll();
      }
    }
  }
}
