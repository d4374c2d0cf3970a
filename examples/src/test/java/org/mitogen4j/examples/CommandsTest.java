package org.mitogen4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;

@Timeout(60)
class CommandsTest {
  @TempDir Path folder;

  private Router router;
  private Context child;

  @BeforeEach
  void connect() throws Exception {
    router = Router.create();
    child = router.connect(Local.create().name("child"));
  }

  @AfterEach
  void close() {
    router.close();
  }

  @Test
  void commandsRunInOneLine() throws Exception {
    assertThat(Commands.hostname(child)).isEqualTo(InetAddress.getLocalHost().getHostName());
  }

  @Test
  void aCommandRunsWithSettings() throws Exception {
    Files.write(folder.resolve("Makefile"), List.of("all:", "\t@echo $(CFLAGS)"));

    assertThat(Commands.build(child, folder.toString()).output()).isEqualTo("-O2");
  }

  @Test
  void linesOfACommandArriveWhileItRuns() throws Exception {
    Path log = folder.resolve("log");
    Files.write(log, List.of("ERROR 1", "INFO", "ERROR 2", "END"));

    assertThat(Commands.errors(child, log.toString())).isEqualTo(2);
  }
}
