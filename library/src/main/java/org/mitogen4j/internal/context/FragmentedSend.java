package org.mitogen4j.internal.context;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;

/** Sends a long message in fragments, so that short messages can overtake it. */
public final class FragmentedSend {
  /** Stands for the reply-to of messages that have none: they are sent one after another. */
  static final long ORDERED = -1;

  /**
   * Bytes of a piece, at first and on a slow link: small, so that a short message does not wait
   * behind much in a pipe of 64 KiB.
   */
  private static final int PIECE = (1 << 14) - Header.SIZE;

  /**
   * Bytes of a piece when the link is fast and carries nothing else: fewer system calls, and the
   * piece still takes little time.
   */
  private static final int FAST_PIECE = (1 << 16) - Header.SIZE;

  /** A link is fast when it takes this many bytes within {@link #FAST_NANOS}: 50 MiB a second. */
  private static final int SAMPLE = 1 << 18;

  private static final long FAST_NANOS = 5_000_000;

  /**
   * The most frames of other messages within a sample that do not count as traffic, such as an ACK.
   */
  private static final int FEW_OTHERS = 1;

  private final ContextRuntime context;
  private final Link link;
  private final int dst;
  private final long handle;
  private final long replyTo;
  private final int flags;
  private final boolean mayWait;
  private final byte[] head = new byte[Header.SIZE];
  private Credit credit;
  private int left;
  private int piece = PIECE;

  // the current sample: its bytes and frames so far, when it began, and the link's frames then
  private int sampled;
  private int frames;
  private long since = System.nanoTime();
  private long sentBefore;

  /**
   * @param mayWait whether to wait for room and credit; if not, the payload must not exceed {@link
   *     Limits#LONG_WINDOW}, which needs no credit
   */
  FragmentedSend(
      ContextRuntime context,
      Link link,
      int dst,
      long handle,
      long replyTo,
      int flags,
      boolean mayWait) {
    this.mayWait = mayWait;
    this.context = context;
    this.link = link;
    this.dst = dst;
    this.handle = handle;
    this.replyTo = replyTo;
    this.flags = flags | Header.BULK;
  }

  /** The size of a message's payload in bytes, borrowed arrays included. */
  public static long size(Encoder e) {
    long n = (long) e.len - Header.SIZE;
    for (BorrowedArrays.Part part : BorrowedArrays.of(e).parts) {
      n += part.length;
    }
    return n;
  }

  /** A message's payload as one array. */
  public static byte[] join(Encoder e) {
    byte[][] pieces = copy(e);
    byte[] all = pieces[0];
    for (int i = 1; i < pieces.length; i++) {
      int at = all.length;
      all = Arrays.copyOf(all, at + pieces[i].length);
      System.arraycopy(pieces[i], 0, all, at, pieces[i].length);
    }
    return all;
  }

  /** A message's payload in new arrays. */
  static byte[][] copy(Encoder e) {
    List<byte[]> pieces = new ArrayList<>();
    int at = Header.SIZE;
    for (BorrowedArrays.Part part : BorrowedArrays.of(e).parts) {
      pieces.add(Arrays.copyOfRange(e.buf, at, part.at));
      at = part.at;
      pieces.add(Arrays.copyOfRange(part.array, part.offset, part.offset + part.length));
    }
    pieces.add(Arrays.copyOfRange(e.buf, at, e.len));
    return pieces.toArray(new byte[0][]);
  }

  void send(Encoder e) {
    ConversationId key = new ConversationId(dst, handle, replyTo == 0 ? ORDERED : replyTo);
    credit = context.credits.of(key, Limits.LONG_WINDOW);
    left = (int) size(e);
    byte[] sizes = sizes(e);
    try {
      frame(flags | Header.FIRST | Header.MORE, sizes, 0, sizes.length);
      int at = Header.SIZE;
      for (BorrowedArrays.Part part : BorrowedArrays.of(e).parts) {
        cut(e.buf, at, part.at);
        at = part.at;
        cut(part.array, part.offset, part.offset + part.length);
      }
      cut(e.buf, at, e.len);
    } catch (InterruptedException interrupted) {
      abort();
      Thread.currentThread().interrupt();
      throw new DeadException(
          new EndCause(EndCause.FAILED, "interrupted while sending to context " + dst));
    } catch (DeadException interruptedOrLost) {
      abort();
      throw interruptedOrLost;
    } finally {
      context.credits.forget(key);
    }
  }

  /**
   * Tells the receiver to drop the fragments that came. Does not wait: the thread is interrupted.
   */
  private void abort() {
    byte[] end = new byte[Header.SIZE];
    int dead = flags | Header.DEAD | Header.MORE;
    int authority = context.router.authority;
    Header.put(end, 0, dead, dst, context.router.id, authority, handle, replyTo);
    try {
      link.send(end, 0, end.length, end, 0, 0, false);
    } catch (DeadException lost) {
      // then there is nothing to drop
    }
  }

  /** The sizes of the segments of the payload; only their sum if there are too many. */
  private byte[] sizes(Encoder e) {
    List<BorrowedArrays.Part> parts = BorrowedArrays.of(e).parts;
    int n = parts.size() > ReceiveBuffer.MAX / 2 ? 0 : parts.size();
    byte[] sizes = new byte[4 * (2 * n + 1)];
    int at = Header.SIZE;
    for (int i = 0; i < n; i++) {
      Header.putInt(sizes, 8 * i, parts.get(i).at - at);
      at = parts.get(i).at;
      Header.putInt(sizes, 8 * i + 4, parts.get(i).length);
    }
    Header.putInt(sizes, 8 * n, n == 0 ? left : e.len - at);
    return sizes;
  }

  private void cut(byte[] b, int from, int to) throws InterruptedException {
    for (int at = from, n; at < to; at += n) {
      n = Math.min(to - at, piece());
      if (mayWait) {
        if (Thread.interrupted()) { // even if there is credit
          throw new InterruptedException();
        }
        credit.take(n);
      }
      left -= n;
      sampled += n;
      frames++;
      frame(left > 0 ? flags | Header.MORE : flags, b, at, n);
    }
  }

  /** The size of the next piece in bytes. */
  private int piece() {
    if (sampled >= SAMPLE) {
      long now = System.nanoTime();
      long sent = sent();
      boolean alone = sent - sentBefore - frames <= FEW_OTHERS;
      piece = alone && now - since < FAST_NANOS ? FAST_PIECE : PIECE;
      since = now;
      sentBefore = sent;
      sampled = 0;
      frames = 0;
    }
    return piece;
  }

  private long sent() {
    synchronized (link) {
      return link.messagesOut;
    }
  }

  private void frame(int frameFlags, byte[] b, int off, int n) {
    Header.put(
        head, n, frameFlags, dst, context.router.id, context.router.authority, handle, replyTo);
    link.send(head, 0, head.length, b, off, n, mayWait);
  }
}
