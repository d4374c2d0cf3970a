package org.mitogen4j.internal.parent.classes;

import java.util.function.Consumer;
import org.mitogen4j.internal.context.classes.BoundedCache;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.Message;

/**
 * The identities of the contents of files that were sent to a direct child, for itself or contexts
 * below it: as far back as the child may still keep them. Thread safe.
 */
final class SentContents {
  /** The least bytes that an entry counts for, so that the number of entries is bounded. */
  private static final int LEAST = ResourceKey.SMALL / 2;

  private final Sizes sent;

  /** The sizes of contents by their identities. */
  private static final class Sizes extends BoundedCache<Integer> {
    Sizes(long maxBytes) {
      super(maxBytes);
    }

    @Override
    protected long size(Integer bytes) {
      return bytes;
    }
  }

  SentContents(long maxBytes) {
    sent = new Sizes(maxBytes);
  }

  boolean contains(String identity) {
    return sent.get(identity) != null;
  }

  /** Notes content. Its bytes must be queued for the link already. */
  void add(String identity, int bytes) {
    sent.put(identity, Math.max(LEAST, bytes));
  }

  /**
   * Answers a question. Of two answers with equal content the second is queued behind the first.
   *
   * @param withBytes whether the child has dropped the content: then it keeps less than was noted
   * @param answer queues the answer, without waiting for room: the content, or no bytes if the
   *     child has it
   * @return what was sent
   */
  synchronized byte[] answer(
      String identity, byte[] content, boolean withBytes, Consumer<byte[]> answer) {
    if (withBytes) {
      sent.clear();
    }
    byte[] bytes = contains(identity) ? Message.EMPTY : content;
    answer.accept(bytes);
    add(identity, content.length);
    return bytes;
  }
}
