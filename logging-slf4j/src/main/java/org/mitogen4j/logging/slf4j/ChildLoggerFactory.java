package org.mitogen4j.logging.slf4j;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;

/** Makes the loggers of a child. Public, since a class in another package uses it there. */
public final class ChildLoggerFactory implements ILoggerFactory {
  private final Map<String, Logger> loggers = new ConcurrentHashMap<>();

  /** Made by what SLF4J is bound to. */
  public ChildLoggerFactory() {}

  @Override
  public Logger getLogger(String name) {
    Logger logger = loggers.get(name);
    if (logger == null) {
      Logger old = loggers.putIfAbsent(name, logger = new ChildLogger(name));
      logger = old == null ? logger : old;
    }
    return logger;
  }
}
