package org.mitogen4j;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * The contexts that may send to a receiver; see {@link Router#receiver(Class, Policy)}. It looks at
 * the context that sent an item, not at those that passed it on. Immutable.
 */
public final class Policy {
  private static final Policy ANYBODY = new Policy(null);
  private static final Policy PARENTS = new Policy(new HashSet<>());

  /** The ids of the contexts that may send; null for anybody, empty for parents. */
  private final Set<Integer> contexts;

  private Policy(Set<Integer> contexts) {
    this.contexts = contexts;
  }

  /** Lets in every context that has a sender of the receiver. */
  public static Policy anybody() {
    return ANYBODY;
  }

  /** Lets in the receiver's own context, its parent, the parent's parent, up to the master. */
  public static Policy parents() {
    return PARENTS;
  }

  /**
   * Lets in these contexts, and no others.
   *
   * @param contexts one or more
   * @throws IllegalArgumentException for none
   */
  public static Policy only(Context... contexts) {
    Set<Integer> ids = new HashSet<>();
    Arrays.asList(contexts).forEach(c -> ids.add(c.id()));
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("a policy that lets in no context");
    }
    return new Policy(ids);
  }

  /** Whether a context may send to a receiver of the router {@code own}. */
  boolean permits(Router own, int context) {
    return contexts == null
        || (contexts.isEmpty() ? own.core().isParent(context) : contexts.contains(context));
  }

  void write(Encoder to) {
    to.u8(contexts == null ? 0 : 1);
    if (contexts != null) {
      to.varint(contexts.size());
      for (int id : contexts) {
        to.varint(id);
      }
    }
  }

  static Policy read(Decoder from) {
    if (from.u8() == 0) {
      return ANYBODY;
    }
    Set<Integer> ids = new HashSet<>();
    for (int n = from.count(); n > 0; n--) {
      ids.add((int) from.varint());
    }
    return new Policy(ids);
  }

  @Override
  public String toString() {
    return contexts == null ? "anybody" : contexts.isEmpty() ? "parents" : "contexts " + contexts;
  }
}
