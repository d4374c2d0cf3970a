package org.mitogen4j.internal.kernel;

/** A whole message as it reaches a handler. Immutable once delivered. */
public final class Message {
  public static final byte[] EMPTY = {};

  /** The link it came in by; null when this context made it itself. */
  public final Link from;

  public final int src;
  public final int auth;
  public final long handle;
  public final long replyTo;
  public final int flags;
  public final int size;

  /** The payload, in the pieces in which it came. */
  public final byte[][] pieces;

  public Message(
      Link from, int src, int auth, long handle, long replyTo, int flags, byte[]... pieces) {
    this.from = from;
    this.src = src;
    this.auth = auth;
    this.handle = handle;
    this.replyTo = replyTo;
    this.flags = flags;
    this.pieces = pieces;
    int n = 0;
    for (byte[] piece : pieces) {
      n += piece.length;
    }
    size = n;
  }

  public boolean dead() {
    return (flags & Header.DEAD) != 0;
  }
}
