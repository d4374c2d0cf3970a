package org.mitogen4j.internal.context.resources;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.mitogen4j.internal.context.classes.Contents;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.threads.ReadingThread;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * A request to the parent; several can be sent before the first answer is awaited. The answer is
 * kept when it comes, since an answer to another request may refer to it.
 */
final class PieceRequest extends Handler {
  private final MessageRouter router;
  private final Contents kept;
  private final String key;
  private volatile long replyTo;

  @GuardedBy("this")
  private boolean answered;

  /** The answer, packed; null if it is to be asked for again, or why there is none. */
  @GuardedBy("this")
  private byte[] packed;

  @GuardedBy("this")
  private EndCause lost;

  PieceRequest(MessageRouter router, Contents kept, String key) {
    this.router = router;
    this.kept = kept;
    this.key = key;
    if (router.parents.length > 0) {
      peer = router.parents[0];
    }
  }

  /**
   * Sends the request.
   *
   * @throws DeadException when the parent can't be asked
   */
  void send() {
    send(false);
  }

  /**
   * @param withBytes whether the answer must have the bytes, also if they came before
   */
  private void send(boolean withBytes) {
    Link parent = router.parent;
    if (parent == null) {
      throw new DeadException(new EndCause(EndCause.NO_ROUTE, "this context has no parent"));
    }
    Encoder e = new Encoder(router, true);
    e.text(key);
    if (withBytes) {
      e.u8(ResourceKey.WITH_BYTES);
    }
    replyTo = router.open(this);
    try {
      router.send(peer, Handle.CLASS, replyTo, e, 0, true);
    } catch (RuntimeException failed) {
      router.handlers.remove(replyTo);
      throw failed;
    }
  }

  @Override
  public void receive(Message m) {
    router.handlers.remove(replyTo);
    byte[] content = null;
    if (!m.dead()) {
      Decoder d = new Decoder(router, m);
      content = d.bytes();
      if (ResourceKey.isContent(key)) {
        content = kept.keep(key, content, d.left() > 0 ? d.text() : ""); // no text: there is none
      }
    }
    synchronized (this) {
      packed = content;
      lost = m.dead() ? EndCause.of(m) : null;
      answered = true;
      notifyAll();
    }
  }

  /**
   * Waits for the answer. An interrupt does not end the wait: it is restored when the answer is
   * here.
   *
   * @return the answer, packed
   * @throws DeadException when the link is lost
   * @throws FileNotFoundException when the master does not serve the file any more
   */
  byte[] await() throws IOException {
    byte[] got = awaitAnswer();
    if (got == null) { // equal content came before, and was dropped since
      synchronized (this) {
        answered = false;
      }
      send(true);
      got = awaitAnswer();
    }
    if (got == null || got.length == 0) {
      throw new FileNotFoundException(
          ResourceKey.resource(key) + " is not served by the program in the master any more");
    }
    return got;
  }

  private byte[] awaitAnswer() {
    assert ReadingThread.isNot("wait for a piece of " + key);
    boolean interrupted = false;
    byte[] got;
    EndCause why;
    synchronized (this) {
      while (!answered) {
        try {
          wait();
        } catch (InterruptedException stop) {
          interrupted = true;
        }
      }
      got = packed;
      why = lost;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (why != null) {
      throw new DeadException(why);
    }
    return got;
  }

  /** Unpacks an answer, which has the format of a class. */
  static byte[] unpack(ClassCache classes, byte[] packed) throws IOException {
    byte[] plain = new byte[Header.getInt(packed, 0)];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setDictionary(classes.dictionary);
      inflater.setInput(packed, 4, packed.length - 4);
      int n = 0;
      while (n < plain.length) {
        int more = inflater.inflate(plain, n, plain.length - n);
        if (more == 0) {
          throw new IOException("a resource ends after " + n + " of " + plain.length + " bytes");
        }
        n += more;
      }
      return plain;
    } catch (DataFormatException e) {
      throw new IOException(e);
    } finally {
      inflater.end();
    }
  }
}
