package org.mitogen4j.internal.context.resources;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import org.mitogen4j.internal.context.classes.Contents;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Reads a file of the program from the parent in pieces, and asks for a few pieces ahead only. For
 * one thread at a time.
 */
final class PieceStream extends InputStream {
  /** The number of pieces that are asked for ahead of the reader. */
  private static final int AHEAD = 4;

  private final MessageRouter router;
  private final Contents kept;
  private final int place;
  private final String path;
  private final long size;

  /** The next pieces: for each a request, or its bytes if they were here. */
  private final ArrayDeque<Object> asked = new ArrayDeque<>();

  private long askedTo;
  private long readTo;
  private byte[] piece = new byte[0];
  private int at;
  private boolean last;
  private boolean closed;

  /**
   * Makes a stream; nothing is asked for before it is read.
   *
   * @param size the size of the file in bytes; Long.MAX_VALUE if it is not known
   */
  PieceStream(MessageRouter router, Contents kept, int place, String path, long size) {
    this.router = router;
    this.kept = kept;
    this.place = place;
    this.path = path;
    this.size = size;
  }

  private boolean fill() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
    while (at == piece.length && !last) {
      try {
        boolean first = readTo == 0;
        while (asked.isEmpty() || !first && asked.size() < AHEAD && askedTo < size) {
          ask();
        }
        Object next = asked.poll();
        byte[] packed =
            next instanceof PieceRequest ? ((PieceRequest) next).await() : (byte[]) next;
        piece = PieceRequest.unpack(router.classes, packed);
      } catch (DeadException lost) {
        throw new IOException("can't read " + path + ": " + lost.getMessage(), lost);
      }
      at = 0;
      readTo += piece.length;
      last = piece.length < ResourceKey.PIECE;
    }
    return at < piece.length;
  }

  private void ask() {
    String key = ResourceKey.piece(place, askedTo, path);
    byte[] here = kept.get(key);
    if (here == null) {
      here = router.classes.kept(key);
    }
    if (here == null) {
      PieceRequest request = new PieceRequest(router, kept, key);
      request.send();
      asked.add(request);
    } else {
      asked.add(here);
    }
    askedTo += ResourceKey.PIECE;
  }

  @Override
  public int read() throws IOException {
    return fill() ? piece[at++] & 255 : -1;
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    } else if (!fill()) {
      return -1;
    }
    int n = Math.min(length, piece.length - at);
    System.arraycopy(piece, at, to, from, n);
    at += n;
    return n;
  }

  /** Waits for the next piece where none is here: 0 means the end to readers that ask first. */
  @Override
  public int available() throws IOException {
    return fill() ? piece.length - at : 0;
  }

  @Override
  public void close() {
    closed = true;
    asked.clear(); // their answers are kept when they come
    piece = new byte[0];
    at = 0;
  }
}
