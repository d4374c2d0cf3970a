package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.Local;

/** Events of JDK Flight Recorder, in parents and children. */
@Timeout(60)
class FlightEventsTest {
  static int work(int value) {
    System.out.println("works");
    return value + 1;
  }

  private static Map<String, List<RecordedEvent>> events(Path file) throws Exception {
    Map<String, List<RecordedEvent>> all = new TreeMap<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      String name = event.getEventType().getName();
      if (name.startsWith("org.mitogen4j.")) {
        all.computeIfAbsent(name.substring("org.mitogen4j.".length()), n -> new ArrayList<>())
            .add(event);
      }
    }
    return all;
  }

  @Test
  void theMasterRecordsStartsCallsClassesOutputAndEnds(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("master.jfr");
    try (Recording recording = new Recording()) {
      recording.start();
      try (Router router = Router.create().logTo(new RecordedLog())) {
        Context child = router.connect(Local.create().name("web"));
        assertThat(child.call(FlightEventsTest::work, 1)).isEqualTo(2);
        Timeline timeline = router.timeline(); // which hears of ends behind the recording
        child.close();
        Await.until(() -> timeline.spans().stream().anyMatch(s -> s.kind() == Timeline.Kind.END));
      }
      recording.stop();
      recording.dump(file);
    }
    Map<String, List<RecordedEvent>> all = events(file);
    assertThat(all).containsKeys("Connect", "Call", "ClassesSent", "Output", "End");
    assertThat(all.get("Connect"))
        .anyMatch(e -> e.getString("context").equals("web (1)") && !e.getDuration().isZero());
    assertThat(all.get("Call"))
        .anyMatch(e -> e.getString("function").contains("FlightEventsTest#work"));
    assertThat(all.get("End")).anyMatch(e -> e.getString("context").equals("web (1)"));
  }

  private static Recording ofChild;

  static void record() {
    ofChild = new Recording();
    ofChild.start();
  }

  /** What was recorded so far, as a file. */
  static byte[] dumped() throws Exception {
    Path file = Files.createTempFile("recording", ".jfr");
    try (Recording copy = ofChild.copy(true)) {
      copy.dump(file);
      return Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void aChildRecordsFromWhenARecordingIsBegunThere(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("child.jfr");
    RouterOptions often = RouterOptions.defaults().heartbeat(Duration.ofMillis(200));
    try (Router router = Router.create(often).logTo(new RecordedLog())) {
      Context child = router.connect(Local.create().name("web"));
      child.run(FlightEventsTest::record);
      Await.until(
          () -> {
            assertThat(child.call(FlightEventsTest::work, 1)).isEqualTo(2);
            Files.write(file, child.call(FlightEventsTest::dumped));
            return events(file).keySet().containsAll(List.of("Run", "Output", "Link"));
          });
    }
    assertThat(events(file).get("Run"))
        .anyMatch(e -> e.getString("function").contains("FlightEventsTest"));
  }
}
