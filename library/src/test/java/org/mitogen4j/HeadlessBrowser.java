package org.mitogen4j;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Opens pages in a browser without a screen, where there is one. */
final class HeadlessBrowser {
  private static final List<String> PROGRAMS =
      List.of("chromium-headless-shell", "chromium", "google-chrome", "chromium-browser");

  private final String program;

  private HeadlessBrowser(String program) {
    this.program = program;
  }

  /** One that is installed; nothing where there is none. */
  static Optional<HeadlessBrowser> find() {
    for (String name : PROGRAMS) {
      for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
        File file = new File(folder, name);
        if (file.canExecute()) {
          return Optional.of(new HeadlessBrowser(file.getPath()));
        }
      }
    }
    return Optional.empty();
  }

  /** The document as it is after its scripts have run. */
  String open(Path page, Path profile) {
    return Shell.program(
            program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--user-data-dir=" + profile,
            "--virtual-time-budget=5000",
            "--dump-dom",
            page.toUri().toString())
        .timeout(Duration.ofSeconds(50))
        .capture()
        .check()
        .output();
  }
}
