package org.mitogen4j.logging.slf4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.MarkerFactory;

/** Logs in a child and in a grandchild. */
final class Slf4jProgram {
  private Slf4jProgram() {}

  static void log() {
    Logger log = LoggerFactory.getLogger("com.acme.Disk");
    MDC.put("user", "anna");
    log.debug("{} is below the level", "this");
    log.warn(MarkerFactory.getMarker("AUDIT"), "disk {} of {} full", 1, 2);
    log.error("failed {}", 7, new IllegalStateException("boom"));
    MDC.clear();
    System.out.println("printed");
  }

  /** Whether this JVM has the file open that the configuration of the back end names. */
  static boolean hasFile() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.anyMatch(fd -> fd.toAbsolutePath().toFile().exists() && isLog(fd));
    }
  }

  private static boolean isLog(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).endsWith("program.log");
    } catch (IOException closed) {
      return false;
    }
  }

  public static void main(String[] args) throws Exception {
    try (Router router = Router.create()) {
      Context web = router.connect(Local.create().name("web"));
      Context db = web.connect(Local.create().name("db"));
      for (Context context : new Context[] {web, db}) {
        context.run(Slf4jProgram::log);
        if (!context.call(Slf4jProgram::hasFile)) {
          System.out.println("children opened no file");
        }
      }
    }
  }
}
