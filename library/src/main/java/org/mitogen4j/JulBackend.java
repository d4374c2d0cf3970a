package org.mitogen4j;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** The log of {@code java.util.logging}, with whatever handlers the program has set up there. */
final class JulBackend implements LogBackend {
  @Override
  public boolean isLoggable(String logger, Level level) {
    return Logger.getLogger(logger).isLoggable(level);
  }

  @Override
  public void log(ContextLogRecord record) {
    Logger.getLogger(record.getLoggerName()).log(record);
  }

  @Override
  public Map<String, Level> levels() {
    LogManager manager = LogManager.getLogManager();
    Map<String, Level> levels = new HashMap<>();
    for (String name : Collections.list(manager.getLoggerNames())) {
      Logger logger = manager.getLogger(name);
      Level level = logger == null ? null : logger.getLevel();
      if (level != null) {
        levels.put(name, level);
      }
    }
    return levels;
  }
}
