package org.mitogen4j.internal.context;

/**
 * Identifies a conversation: another context, a handle, and the handle of the reply where one
 * handle has several conversations with a context (otherwise 0).
 */
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
