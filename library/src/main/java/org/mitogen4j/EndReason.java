package org.mitogen4j;

import java.util.Objects;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.kernel.EndCause;

/**
 * Why a context has ended, or can't be reached: a kind to decide by, and a text for people, which
 * may change from version to version. A child that ends by itself gives kind and text itself, so
 * they are as trustworthy as the child. Immutable.
 */
public final class EndReason {
  /** The kinds; more may be added. */
  public enum Kind {
    // the order is that of the kernel's EndCause: the number travels
    /**
     * The link ended, and no reason was given: a killed process, or a network or machine that is
     * down.
     */
    LOST,
    /** It was ended in good order: its router or one above it was closed. */
    SHUT_DOWN,
    /** Its program ended the JVM with {@code System.exit}, or a signal did. */
    EXITED,
    /** No sign of life came for three intervals of the heartbeat. */
    SILENT,
    /** What came in by the link broke the protocol, so that the link was ended. */
    PROTOCOL_ERROR,
    /** More was queued or held for it, or because of it, than the limits allow. */
    OVERLOAD,
    /**
     * Something failed inside it: no memory is left, a class can't be loaded, a thread was stopped.
     */
    FAILED,
    /** It has detached from its parent, and lives on. */
    DETACHED,
    /** It could not be started. */
    START_FAILED,
    /** No way to it is known here or on the way. */
    NO_ROUTE,
    /** It lives, but does not take the message. */
    REFUSED;

    /** Its number on the wire. */
    @SuppressWarnings("EnumOrdinal") // a test compares it with the kernel's
    int number() {
      return ordinal();
    }
  }

  private static final Kind[] KINDS = Kind.values();

  private final Kind kind;
  private final String text;

  private EndReason(Kind kind, String text) {
    this.kind = Objects.requireNonNull(kind, "kind");
    this.text = Objects.requireNonNull(text, "text");
  }

  /**
   * Converts a cause; its text becomes one printable line, and an unknown kind {@link Kind#LOST}.
   */
  static EndReason of(EndCause cause) {
    boolean known = cause.kind >= 0 && cause.kind < KINDS.length;
    return new EndReason(
        known ? KINDS[cause.kind] : Kind.LOST, Printable.line(String.valueOf(cause.text)));
  }

  EndCause cause() {
    return new EndCause(kind.number(), text);
  }

  /** The kind; never null. */
  public Kind kind() {
    return kind;
  }

  /** The cause in words, without line ends; never null, not for parsing. */
  public String text() {
    return text;
  }

  /** The kind and the text. */
  @Override
  public String toString() {
    return kind + ": " + text;
  }
}
