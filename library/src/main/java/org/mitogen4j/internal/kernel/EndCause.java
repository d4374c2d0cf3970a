package org.mitogen4j.internal.kernel;

import java.nio.charset.StandardCharsets;

/**
 * Why a link or a context has ended, or why a message has no answer and never will: a kind that
 * code decides by, and a text for people. It travels as a byte and the text. Immutable.
 */
public final class EndCause {
  // The kinds as they travel: org.mitogen4j.EndReason documents them, in the same order.
  public static final int LOST = 0;
  public static final int SHUT_DOWN = 1;
  public static final int EXITED = 2;
  public static final int SILENT = 3;
  public static final int PROTOCOL_ERROR = 4;
  public static final int OVERLOAD = 5;
  public static final int FAILED = 6;
  public static final int DETACHED = 7;
  public static final int START_FAILED = 8;
  public static final int NO_ROUTE = 9;
  public static final int REFUSED = 10;

  /** The most bytes of a text, so that a message with a cause is always one frame. */
  private static final int MAX_TEXT = 1 << 13;

  public final int kind;
  public final String text;

  public EndCause(int kind, String text) {
    this.kind = kind;
    this.text = text;
  }

  /** Reads the cause in a message's payload, as its sender wrote it. */
  public static EndCause of(Message m) {
    byte[] b = m.pieces[0];
    return b.length == 0
        ? new EndCause(LOST, "")
        : new EndCause(b[0], new String(b, 1, b.length - 1, StandardCharsets.UTF_8));
  }

  /** Writes the kind as a byte, then the text. */
  public void write(Encoder e) {
    e.u8(kind);
    byte[] utf8 = String.valueOf(text).getBytes(StandardCharsets.UTF_8);
    e.raw(utf8, 0, Math.min(utf8.length, MAX_TEXT));
  }
}
