package org.mitogen4j.logging.log4j;

import java.net.URI;
import org.apache.logging.log4j.spi.LoggerContext;
import org.apache.logging.log4j.spi.LoggerContextFactory;

/** Gives a child its only context of loggers, for all classes and class loaders. */
public final class ChildContextFactory implements LoggerContextFactory {
  private final LoggerContext context = new ChildContext();

  /** Made by Log4j. */
  public ChildContextFactory() {}

  @Override
  public LoggerContext getContext(
      String caller, ClassLoader loader, Object external, boolean current) {
    return context;
  }

  @Override
  public LoggerContext getContext(
      String caller,
      ClassLoader loader,
      Object external,
      boolean current,
      URI configuration,
      String name) {
    return context;
  }

  @Override
  public void removeContext(LoggerContext removed) {
    // it stays
  }
}
