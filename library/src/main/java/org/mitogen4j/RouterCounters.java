package org.mitogen4j;

/**
 * How much a router holds at one moment. After {@link Router#close} all of it goes back to zero; a
 * number that grows without bound in a long-running program shows a leak. Immutable.
 */
public final class RouterCounters {
  private final int contexts;
  private final int children;
  private final int routes;
  private final int handles;
  private final int calls;

  RouterCounters(int contexts, int children, int routes, int handles, int calls) {
    this.contexts = contexts;
    this.children = children;
    this.routes = routes;
    this.handles = handles;
    this.calls = calls;
  }

  /** Contexts below this one, those that are starting among them. */
  public int contexts() {
    return contexts;
  }

  /** Links to direct children. */
  public int children() {
    return children;
  }

  /** Contexts below this one to which messages find a way. */
  public int routes() {
    return routes;
  }

  /**
   * Addresses that are open in this context: one for each receiver that is not closed, for each
   * call that has no answer yet, and some for messages that are being sent.
   */
  public int handles() {
    return handles;
  }

  /** Calls that run in this context, or wait for a thread here. */
  public int calls() {
    return calls;
  }

  @Override
  public String toString() {
    return contexts
        + " contexts, "
        + children
        + " children, "
        + routes
        + " routes, "
        + handles
        + " handles, "
        + calls
        + " calls";
  }
}
