package org.mitogen4j.internal.context;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;

/**
 * The frames that pass through this context from one link to another, and which side is to blame
 * when they are not read. The receiving side is to blame for what it invited: one answer for each
 * question that it asked, and the bytes that it gave credit for. The sending side is to blame for
 * all other frames.
 */
final class Flow {
  /** The link to blame: the incoming one, or the outgoing one for frames that it invited. */
  final Link from;

  /** The handles where the receiving side awaits answers, the latest last. */
  @GuardedBy("questions")
  private final Set<Long> questions =
      Collections.newSetFromMap(
          new LinkedHashMap<Long, Boolean>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, Boolean> eldest) {
              boolean full = size() > Limits.QUESTIONS;
              forgotten += full ? 1 : 0;
              return full;
            }
          });

  /** The number of further questions, beyond the limit of {@link #questions}. */
  private long forgotten; // guarded by questions

  /** Bytes that the receiving side gave credit for. */
  private final AtomicLong credit = new AtomicLong();

  /** About how many of its bytes wait to be written. Guarded by the outgoing {@link LinkState}. */
  long waiting;

  Flow(Link from) {
    this.from = from;
  }

  /** The receiving side asks something of the sending side. */
  void asked(int context, long replyTo) {
    synchronized (questions) {
      questions.add(key(context, replyTo));
    }
  }

  /** Combines context and handle; handles are counted, so they differ in the low bits. */
  private static long key(int context, long handle) {
    return (long) context << Integer.SIZE ^ handle;
  }

  /** The receiving side says how many more bytes it takes. */
  void given(long bytes) {
    if (bytes > 0 && credit.get() < Limits.INVITED) {
      credit.addAndGet(Math.min(bytes, Limits.INVITED));
    }
  }

  /** Whether the receiving side invited a frame; uses the credit or the question up. */
  boolean isInvited(byte[] b, int at, int length) {
    if (credit.get() > 0) {
      credit.addAndGet(-length);
      return true;
    }
    long handle = Header.getLong(b, at + Header.HANDLE);
    int flags = b[at + Header.FLAGS];
    boolean begins = (flags & Header.FIRST) != 0 || (flags & Header.MORE) == 0;
    if (handle < Handle.FIRST_FREE || handle >= Handle.FIRST_SECRET || !begins) {
      return false;
    }
    synchronized (questions) {
      boolean known = questions.remove(key(Header.getInt(b, at + Header.DST), handle));
      if (!known && forgotten == 0) {
        return false;
      }
      forgotten -= known ? 0 : 1;
    }
    if ((flags & Header.FIRST) != 0) {
      given(Limits.LONG_WINDOW); // the pieces that an answer may send without credit
    }
    return true;
  }
}
