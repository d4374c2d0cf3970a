package org.mitogen4j.logging.log4j;

import org.apache.logging.log4j.spi.Provider;

/** What Log4j's API is bound to in children. */
public final class ChildProvider extends Provider {
  /** Higher than that of Log4j's own, if a child should find that, too. */
  private static final int PRIORITY = 1000;

  /** Made by ServiceLoader. */
  public ChildProvider() {
    super(PRIORITY, "2.6.0", ChildContextFactory.class);
  }
}
