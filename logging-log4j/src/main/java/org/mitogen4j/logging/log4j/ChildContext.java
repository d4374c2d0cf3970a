package org.mitogen4j.logging.log4j;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.logging.log4j.message.MessageFactory;
import org.apache.logging.log4j.spi.ExtendedLogger;
import org.apache.logging.log4j.spi.LoggerContext;

/** The loggers of a child. */
final class ChildContext implements LoggerContext {
  private final Map<String, ExtendedLogger> loggers = new ConcurrentHashMap<>();

  @Override
  public Object getExternalContext() {
    return null;
  }

  @Override
  public ExtendedLogger getLogger(String name) {
    return getLogger(name, null);
  }

  @Override
  public ExtendedLogger getLogger(String name, MessageFactory messages) {
    String key = messages == null ? name : name + ' ' + messages.getClass().getName();
    return loggers.computeIfAbsent(
        key, any -> messages == null ? new ChildLogger(name) : new ChildLogger(name, messages));
  }

  @Override
  public boolean hasLogger(String name) {
    return loggers.containsKey(name);
  }

  @Override
  public boolean hasLogger(String name, MessageFactory messages) {
    return loggers.containsKey(name + ' ' + messages.getClass().getName());
  }

  @Override
  public boolean hasLogger(String name, Class<? extends MessageFactory> messages) {
    return loggers.containsKey(name + ' ' + messages.getName());
  }
}
