package org.mitogen4j.internal.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One link between two contexts. It can be sent to before it is connected: what is sent then
 * rides in the first flight.
 *
 * <p>One thread reads. Who sends writes for itself, and takes along what others queued meanwhile; a
 * thread that may not wait writes only what is sure to fit the pipe, and leaves the rest to the
 * link's writer thread. No lock is held while reading or writing.
 */
public final class Link implements Runnable {
  /** A sender that may wait does so while more bytes than these are queued. */
  private static final int HIGH = 1 << 18;

  /** What is written at once of frames that may be overtaken, and read at once of any. */
  private static final int CHUNK = 1 << 16;

  /** What a thread writes for others before it leaves the rest to the writer thread. */
  private static final int FAIR = 1 << 18;

  /**
   * A thread that may not wait writes while no more than these bytes are unacknowledged: any pipe
   * takes them without blocking (the smallest that Linux makes is two pages).
   */
  private static final int DIRECT = 4096;

  /** How long a link to the parent that is given up stays open for the words that say why. */
  private static final int LAST_WORD_MILLIS = 400;

  public final MessageRouter router;

  /** The id of the context at the other end. */
  public final int peer;

  /** Names of the classes that the other end has, as far as we know. */
  public final Set<String> sent = ConcurrentHashMap.newKeySet();

  /** What to close when the link ends: the process, the socket. */
  public volatile AutoCloseable owner;

  /**
   * State that the {@link Extension} keeps for this link; before there is an extension, a value for
   * it.
   */
  public volatile Object extension;

  public volatile long messagesIn;
  public volatile long bytesIn;

  /** When the last byte came in, as System.nanoTime. */
  public volatile long heard = System.nanoTime();

  /** When a thread that may not wait began to write, as System.nanoTime; 0 while none does. */
  public volatile long directSince;

  /** The thread that reads; null while it does something that may wait for what others read. */
  public volatile Thread reader;

  // what was read, of which the part from head to tail is yet to be handed on, as the reader leaves
  // it for another while it hands on a message
  private byte[] read = new byte[1 << 14];
  public int head;
  public int tail;
  private long acknowledged;

  private InputStream in;
  private OutputStream out;

  @GuardedBy("this")
  private final FrameQueue urgent = new FrameQueue();

  @GuardedBy("this")
  private final FrameQueue bulk = new FrameQueue();

  @GuardedBy("this")
  private boolean writing = true; // until connected, the connecting thread is the writer

  @GuardedBy("this")
  boolean handedOver;

  @GuardedBy("this")
  private boolean ackDue; // behind what is being written

  @GuardedBy("this")
  private boolean awaited; // a thread waits for room, or for the queues to be empty

  @GuardedBy("this")
  private boolean hasWriter;

  @GuardedBy("this")
  Thread writer; // once it runs

  @GuardedBy("this")
  public long messagesOut;

  @GuardedBy("this")
  public long written;

  @GuardedBy("this")
  public long acked;

  @GuardedBy("this")
  EndCause dead;

  public Link(MessageRouter router, int peer) {
    this.router = router;
    this.peer = peer;
  }

  public synchronized boolean connected() {
    return out != null;
  }

  /**
   * Waits until the link has ended, or all that was sent is written.
   *
   * @param writtenIsEnough whether to return when all is written
   * @param millis how long to wait at most
   */
  public synchronized void await(boolean writtenIsEnough, long millis) throws InterruptedException {
    long until = System.nanoTime() + millis * 1_000_000;
    for (long left = millis; (writing || !writtenIsEnough) && dead == null && left > 0; ) {
      awaited = true;
      wait(left);
      left = (until - System.nanoTime()) / 1_000_000;
    }
  }

  /** Why the link ended; null while it lives. */
  public synchronized EndCause dead() {
    return dead;
  }

  /** Bytes that wait to be written. */
  public synchronized int pending() {
    return urgent.tail - urgent.head + bulk.tail - bulk.head;
  }

  /** Gives the link its two ends; nothing is written before {@link #begin}. */
  public synchronized void attach(InputStream from, OutputStream to) {
    in = from;
    out = to;
  }

  /** Writes the preamble and what was queued until now, in one go. */
  public void begin(byte[] preamble) throws IOException {
    synchronized (this) {
      byte[] queued = Arrays.copyOf(urgent.buf, urgent.tail);
      urgent.tail = 0;
      urgent.add(preamble, 0, preamble.length);
      urgent.add(queued, 0, queued.length);
      written -= preamble.length; // which is no frame
    }
    drain(true);
  }

  /**
   * Queues one frame of two parts, and sees to it that it is written.
   *
   * @param mayWait whether the calling thread may block until there is room
   * @throws DeadException when the link has ended
   */
  public void send(byte[] a, int aOff, int aLen, byte[] b, int bOff, int bLen, boolean mayWait) {
    boolean mayHang = mayWait && !router.hurried.contains(Thread.currentThread());
    synchronized (this) {
      while (mayWait && pending() > HIGH && dead == null) {
        awaited = true;
        await();
      }
      if (dead != null) {
        throw new DeadException(dead);
      }
      messagesOut++;
      FrameQueue queue = (a[aOff + Header.FLAGS] & Header.BULK) == 0 ? urgent : bulk;
      queue.add(a, aOff, aLen);
      queue.add(b, bOff, bLen);
      if (writing) {
        return; // whoever writes takes it along
      }
      writing = true;
      if (!mayHang) {
        if (pending() + written - acked > DIRECT) {
          handOver();
          return;
        }
        directSince = System.nanoTime();
      }
    }
    try {
      drain(mayHang);
    } catch (IOException e) {
      fail(e);
    }
  }

  @GuardedBy("this")
  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  void await() {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DeadException(new EndCause(EndCause.FAILED, "interrupted"));
    }
  }

  /** Writes what is queued. Called by the thread that set {@link #writing}. */
  void drain(boolean mayHang) throws IOException {
    for (int done = 0; ; ) {
      FrameQueue queue;
      byte[] b;
      int off;
      int n;
      synchronized (this) {
        if (ackDue) {
          ackDue = false;
          urgent.add(frame(Handle.ACK, bytesIn), 0, Header.SIZE);
        }
        queue = urgent.tail > urgent.head ? urgent : bulk;
        b = queue.buf;
        off = queue.head;
        n = queue.tail - off;
        if (queue == bulk && n > CHUNK) {
          n = 0;
          while (n < CHUNK) { // whole frames, for what overtakes goes between them
            n += Header.getInt(b, off + n) + Header.SIZE;
          }
        }
        if (n == 0 || dead != null) {
          writing = false;
          directSince = 0;
          room();
          return;
        }
        boolean enough = mayHang ? done > FAIR : done > 0 || pending() + written - acked > DIRECT;
        if (enough && Thread.currentThread() != writer) {
          directSince = 0;
          handOver();
          return;
        }
        written += n;
      }
      out.write(b, off, n);
      out.flush();
      done += n;
      synchronized (this) {
        queue.head += n;
        if (queue.head == queue.tail) {
          queue.head = queue.tail = 0;
        }
        if (pending() <= HIGH) {
          room();
        }
      }
    }
  }

  /** Wakes the threads that wait for room; none else, for the writer thread always waits here. */
  @GuardedBy("this")
  private void room() {
    if (awaited) {
      awaited = false;
      notifyAll();
    }
  }

  @GuardedBy("this")
  private void handOver() { // and so is the pen
    handedOver = true;
    if (!hasWriter) {
      hasWriter = true;
      router.start("write " + peer, new Writer());
    }
    notifyAll();
  }

  final class Writer implements Runnable {
    @Override
    public void run() {
      try {
        for (; ; ) {
          synchronized (Link.this) {
            writer = Thread.currentThread();
            while (!handedOver && dead == null) {
              await();
            }
            if (dead != null) {
              return;
            }
            handedOver = false;
          }
          drain(true);
        }
      } catch (IOException | RuntimeException | Error e) {
        fail(e);
      }
    }
  }

  /**
   * The reading thread's: returns when the link has ended, or another thread has become the {@link
   * #reader} while this one handed on a message.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // the reading thread alone writes the counters
  @Override
  public void run() {
    Thread me = Thread.currentThread();
    reader = me;
    byte[] b = read;
    int start = head;
    int end = tail;
    int n = 0;
    try {
      while (reader == me) {
        int need = Header.SIZE;
        if (end - start >= need) {
          int length = Header.getInt(b, start);
          if (length < 0 || length > Header.MAX_PAYLOAD) {
            throw new IllegalArgumentException("a frame of " + length + " bytes");
          }
          need += length;
        }
        if (end - start >= need) {
          messagesIn++;
          int at = start;
          read = b;
          head = start += need;
          tail = end;
          router.accept(this, b, at, need);
          continue;
        }
        if (bytesIn - acknowledged >= (n < CHUNK / 8 ? DIRECT / 2 : FAIR)) {
          link(Handle.PING, acknowledged = bytesIn); // rarely, while much comes at once
        }
        System.arraycopy(b, start, b, 0, end -= start);
        start = 0;
        if (end == b.length || need > b.length) {
          b = Arrays.copyOf(b, 2 * Math.max(need, b.length));
        }
        n = in.read(b, end, Math.min(b.length - end, CHUNK));
        if (n < 0) {
          throw new EOFException("the other end closed the link");
        }
        heard = System.nanoTime();
        bytesIn += n;
        end += n;
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  /** Takes a frame that concerns this link only: answers a PING, notes an ACK. */
  void link(long handle, long bytes) {
    synchronized (this) {
      if (handle != Handle.PING) {
        acked = Math.max(acked, Math.min(bytes, written));
        return;
      }
      if (writing) { // one at most waits, however often the other end asks
        ackDue = true;
        return;
      }
    }
    own(Handle.ACK, bytesIn);
  }

  private byte[] frame(long handle, long bytes) {
    byte[] frame = new byte[Header.SIZE];
    Header.put(frame, 0, 0, Handle.LINK, router.id, router.id, handle, bytes);
    return frame;
  }

  /** Sends a frame that concerns this link only. */
  public void own(long handle, long bytes) {
    byte[] frame = frame(handle, bytes);
    try {
      send(frame, 0, Header.SIZE, frame, 0, 0, false);
    } catch (DeadException e) {
      // end() tells the threads that wait
    }
  }

  /** Ends the link for what went wrong here: in reading, in writing, or with what came in. */
  void fail(Throwable e) {
    if (e instanceof IOException) {
      end(new EndCause(EndCause.LOST, e.getMessage()));
    } else {
      int kind = e instanceof Error ? EndCause.FAILED : EndCause.PROTOCOL_ERROR;
      giveUp(new EndCause(kind, e.toString()));
    }
  }

  /** Ends the link; if it leads to the parent, that is told why, for which this waits a moment. */
  public void giveUp(EndCause cause) {
    try {
      if (this == router.parent) {
        router.tell(peer, Handle.ENDED, cause, 0);
        await(true, LAST_WORD_MILLIS);
      }
    } catch (InterruptedException | Error e) {
      // then the parent knows no more than that the link has ended
    }
    end(cause);
  }

  /** Ends the link; the first cause stands. */
  public void end(EndCause cause) {
    synchronized (this) {
      if (dead != null) {
        return;
      }
      dead = cause;
      notifyAll();
    }
    router.ended(this, cause);
  }
}
