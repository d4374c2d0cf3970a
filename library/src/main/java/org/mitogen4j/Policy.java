package org.mitogen4j;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Who may send to a receiver, or call a service. A context acts in its own name: that another
 * passes its messages on does not matter. Immutable.
 */
public final class Policy {
  private static final Policy ANYBODY = new Policy(null);
  private static final Policy PARENTS = new Policy(new HashSet<>());

  /** Those given; null for anybody, empty for parents. */
  private final Set<Integer> contexts;

  private Policy(Set<Integer> contexts) {
    this.contexts = contexts;
  }

  /** Every context that knows the address. */
  public static Policy anybody() {
    return ANYBODY;
  }

  /** The context itself, its parent, the parent's parent, up to the master. */
  public static Policy parents() {
    return PARENTS;
  }

  /** These contexts only. */
  public static Policy only(Context... contexts) {
    Set<Integer> ids = new HashSet<>();
    Arrays.asList(contexts).forEach(c -> ids.add(c.id()));
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("a policy that lets in nobody");
    }
    return new Policy(ids);
  }

  /** Whether a context may; on any thread. */
  boolean permits(Router own, int context) {
    return contexts == null
        || (contexts.isEmpty() ? own.core().isParent(context) : contexts.contains(context));
  }

  @Override
  public String toString() {
    return contexts == null ? "anybody" : contexts.isEmpty() ? "parents" : "contexts " + contexts;
  }
}
