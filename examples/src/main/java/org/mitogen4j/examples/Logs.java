package org.mitogen4j.examples;

import java.util.Collections;
import java.util.Map;
import java.util.logging.Level;
import org.mitogen4j.ContextLogRecord;
import org.mitogen4j.LogBackend;
import org.mitogen4j.Router;

/** The piece of code of the guide that is about logs. */
final class Logs {
  private Logs() {}

  static void toTheConsole(Router router) {
    // tag::backend
    router.logTo(
        new LogBackend() {
          @Override
          public boolean isLoggable(String logger, Level level) {
            return level.intValue() >= Level.INFO.intValue();
          }

          @Override
          public void log(ContextLogRecord record) {
            System.out.println(record.context() + " " + record.getMessage());
          }

          @Override
          public Map<String, Level> levels() {
            return Collections.singletonMap("", Level.INFO); // applied in all contexts
          }
        });
    // end::backend
  }
}
