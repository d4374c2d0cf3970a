package org.mitogen4j.internal.context.logging;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.program.ProcessDefaults;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Manages {@code java.util.logging} in the process of a child: the master's levels hold, and the
 * root logger has one handler, which sends what is logged to the master. Java makes it when
 * something logs for the first time. No configuration file of the JDK or the machine is read; one
 * that the program itself reads adds to this.
 */
public final class ForwardedLogs extends LogManager {
  private static final String LEVEL = ".level";

  private final ContextRuntime context;
  private final LevelTable table;

  /** Made when the root logger is added: handlers can't be made before the log manager is ready. */
  private volatile LogForwarder forwarder;

  /** The levels that were applied to loggers. */
  @GuardedBy("this")
  private Map<String, Integer> applied = new HashMap<>();

  /**
   * Keeps loggers that have a level: Java would drop them, and their levels, if nothing held them.
   */
  @GuardedBy("this")
  private final Map<String, Logger> held = new HashMap<>();

  /** Called by Java. */
  public ForwardedLogs() {
    MessageRouter owner = ProcessDefaults.owner();
    context = owner == null ? null : ContextRuntime.of(owner); // waits until it is a full one
    table = context == null ? null : new LevelTable(context);
    if (table != null) {
      table.ask();
      applied = table.levels();
      table.whenChanged(this::apply);
    }
  }

  /** Does nothing: no configuration is read. */
  @Override
  public void readConfiguration() {
    // the levels are the master's
  }

  /** Gives a new logger its level, which Java looks up here. */
  @Override
  public String getProperty(String name) {
    if (table != null && name != null && name.endsWith(LEVEL)) {
      Integer level = table.levels().get(name.substring(0, name.length() - LEVEL.length()));
      if (level != null) {
        return level.toString();
      }
    }
    return super.getProperty(name);
  }

  @Override
  public boolean addLogger(Logger logger) {
    boolean added = super.addLogger(logger);
    if (added && table != null && "".equals(logger.getName())) {
      forwarder = new LogForwarder(context, table);
      logger.addHandler(forwarder);
    }
    return added;
  }

  /**
   * Removes the program's configuration, but keeps the handler that sends records to the master.
   */
  @Override
  public void reset() {
    super.reset();
    Logger root = getLogger("");
    if (root != null && forwarder != null) {
      root.addHandler(forwarder);
      synchronized (this) {
        applied = new HashMap<>();
      }
      apply();
    }
  }

  /** Sets the levels of loggers that changed in the master, and no others. */
  private synchronized void apply() {
    Map<String, Integer> now = table.levels();
    for (Map.Entry<String, Integer> level : now.entrySet()) {
      String name = level.getKey();
      if (!level.getValue().equals(applied.get(name))) {
        Logger logger = name.isEmpty() ? getLogger("") : Logger.getLogger(name);
        held.put(name, logger);
        logger.setLevel(Level.parse(level.getValue().toString()));
      }
    }
    for (String name : applied.keySet()) {
      Logger logger = now.containsKey(name) ? null : getLogger(name);
      if (logger != null) {
        logger.setLevel(name.isEmpty() ? Level.INFO : null);
        held.remove(name);
      }
    }
    applied = now;
  }
}
