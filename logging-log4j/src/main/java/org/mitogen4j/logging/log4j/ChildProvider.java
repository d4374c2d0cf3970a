package org.mitogen4j.logging.log4j;

import org.apache.logging.log4j.spi.Provider;

/** Binds Log4j's API in children to this library. */
public final class ChildProvider extends Provider {
  /** Higher than that of Log4j's own provider, in case a child finds that, too. */
  private static final int PRIORITY = 1000;

  /** Made by ServiceLoader. */
  public ChildProvider() {
    super(PRIORITY, "2.6.0", ChildContextFactory.class);
  }
}
