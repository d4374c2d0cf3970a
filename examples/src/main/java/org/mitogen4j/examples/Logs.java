package org.mitogen4j.examples;

import java.io.IOException;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.mitogen4j.Context;
import org.mitogen4j.ContextLogRecord;
import org.mitogen4j.LogBackend;
import org.mitogen4j.Router;
import org.mitogen4j.Shell;
import org.mitogen4j.Timeline;

/** The pieces of code of the guide that are about logs. */
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

  static void watched(Router router) throws IOException {
    // tag::timeline
    Timeline timeline = router.timeline();
    nightly(router);
    timeline.writeHtml(Paths.get("run.html"));
    // end::timeline
  }

  private static void nightly(Router router) {
    for (Context context : router.contexts()) {
      context.run(Shell::check, "./run-nightly-billing.sh");
    }
  }

  static List<String> ofOneCall(Context context) {
    // tag::own
    List<String> lines = new ArrayList<>();
    context
        .withOutput(record -> lines.add(record.getMessage()))
        .run(Shell::check, "hostname; uptime");
    // end::own
    return lines;
  }
}
