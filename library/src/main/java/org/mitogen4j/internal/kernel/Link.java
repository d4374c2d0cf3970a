package org.mitogen4j.internal.kernel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connection to one neighbour: a child or the parent. Frames can be sent before it is
 * connected: they are part of the first flight.
 *
 * <p>One thread reads. A sending thread writes its own frame, and all that other threads queue
 * meanwhile. A thread that must not block writes only as much as any pipe takes, and leaves the
 * rest to the link's writer thread. No lock is held while reading or writing. docs/CONCURRENCY.md
 * ("Who reads", "Who writes") has the states.
 */
public final class Link implements Runnable {
  /** A sending thread that may wait does so while more bytes than these are queued. */
  private static final int HIGH = 1 << 18;

  /** The most bytes of bulk frames that are written at once, and of any frames that are read. */
  private static final int CHUNK = 1 << 16;

  /** Bytes after which a sending thread leaves the rest to the writer thread. */
  private static final int FAIR = 1 << 18;

  /**
   * A thread that must not block writes while at most these bytes are unacknowledged: any pipe
   * takes them without blocking (the smallest that Linux makes has two pages).
   */
  private static final int DIRECT = 4096;

  /** How long a link to the parent that is given up stays open so that the cause is written. */
  private static final int LAST_WORD_MILLIS = 400;

  public final MessageRouter router;

  /** The id of the context at the other end. */
  public final int peer;

  /** Names of the classes and blocks that were sent to the other end. */
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

  /** When a thread that must not block began to write, as System.nanoTime; 0 while none writes. */
  public volatile long directSince;

  /** The thread that reads; null while that thread runs a call, which may wait for other frames. */
  public volatile Thread reader;

  // the bytes that were read; those from head to tail are still to be handed on. The reading thread
  // stores them here before it hands on a message, so that another thread can continue
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
  private boolean writing = true; // a thread is the writer: until connected, the connecting one

  @GuardedBy("this")
  boolean handedOver; // the writer thread is to write

  @GuardedBy("this")
  private boolean ackDue; // an ACK is to be written behind what is being written

  @GuardedBy("this")
  private boolean awaited; // a thread waits for room, or for the queues to be empty

  @GuardedBy("this")
  private boolean hasWriter;

  @GuardedBy("this")
  Thread writer; // the writer thread, once it runs

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
   * Waits until the link has ended, or all queued frames are written.
   *
   * @param writtenIsEnough whether to return when all is written; if false, only the end counts
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

  /** Writes the preamble and all frames that were queued until now, in one write. */
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
   * Queues one frame, given in two parts, and writes it or leaves it to the thread that writes.
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
        return; // the thread that is writing writes this frame, too
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
          while (n < CHUNK) { // whole frames: urgent frames overtake between two of them
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

  /**
   * Wakes the threads that wait for room. Does nothing if there are none, so that the idle writer
   * thread, which waits on the same lock, is not woken in vain.
   */
  @GuardedBy("this")
  private void room() {
    if (awaited) {
      awaited = false;
      notifyAll();
    }
  }

  @GuardedBy("this")
  private void handOver() { // the calling thread is the writer no longer
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
   * Reads frames on the calling thread. Returns when the link has ended, or when another thread has
   * become the {@link #reader} while this one handed on a message.
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
          link(Handle.PING, acknowledged = bytesIn); // seldom while each read brings much
        }
        System.arraycopy(b, start, b, 0, end -= start);
        start = 0;
        if (end == b.length || need > b.length) {
          b = Arrays.copyOf(b, 2 * Math.max(need, b.length));
        }
        n = in.read(b, end, Math.min(b.length - end, CHUNK));
        if (n < 0) {
          throw new IOException("the other end closed it");
        }
        heard = System.nanoTime();
        bytesIn += n;
        end += n;
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    }
  }

  /** Handles a frame that concerns this link only: answers a PING, notes an ACK. */
  void link(long handle, long bytes) {
    synchronized (this) {
      if (handle != Handle.PING) {
        acked = Math.max(acked, Math.min(bytes, written));
        return;
      }
      if (writing) { // at most one ACK waits, however often the other end asks
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
      // then there is no use for it
    }
  }

  /** Ends the link because of an exception: in reading, in writing, or in handling a message. */
  void fail(Throwable e) {
    if (e instanceof IOException) {
      end(new EndCause(EndCause.LOST, e.getMessage()));
    } else {
      int kind = e instanceof Error ? EndCause.FAILED : EndCause.PROTOCOL_ERROR;
      giveUp(new EndCause(kind, e.toString()));
    }
  }

  /** Ends the link. If it leads to the parent, tells it the cause first, for up to 400 ms. */
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
