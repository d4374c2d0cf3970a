package org.mitogen4j.context;

/** A conversation: a context, a handle, and where there are several at one handle, the reply's. */
public final class Key {
  final int context;
  final long handle;
  final long replyTo;

  public Key(int context, long handle, long replyTo) {
    this.context = context;
    this.handle = handle;
    this.replyTo = replyTo;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Key
        && context == ((Key) o).context
        && handle == ((Key) o).handle
        && replyTo == ((Key) o).replyTo;
  }

  @Override
  public int hashCode() {
    return (context * 31 + Long.hashCode(handle)) * 31 + Long.hashCode(replyTo);
  }
}
