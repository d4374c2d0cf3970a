package org.mitogen4j.internal.context;

/** A conversation: a context, a handle, and where there are several at one handle, the reply's. */
public final class ConversationId {
  final int context;
  final long handle;
  final long replyTo;

  public ConversationId(int context, long handle, long replyTo) {
    this.context = context;
    this.handle = handle;
    this.replyTo = replyTo;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof ConversationId
        && context == ((ConversationId) o).context
        && handle == ((ConversationId) o).handle
        && replyTo == ((ConversationId) o).replyTo;
  }

  @Override
  public int hashCode() {
    return (context * 31 + Long.hashCode(handle)) * 31 + Long.hashCode(replyTo);
  }
}
