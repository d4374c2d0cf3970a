package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.internal.kernel.Handle;

/** Frames that are saved and read back. */
@Timeout(60)
class FrameTraceTest {
  static int size(byte[] bytes) {
    return bytes.length;
  }

  @Test
  void aTraceHasTheFramesOfCallsAndAnswersInOrder(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("frames");
    try (Router router = Router.create();
        FrameTrace trace = router.traceFrames(file)) {
      Context child = router.connect(Local.create());
      assertThat(child.call(FrameTraceTest::size, new byte[10_000])).isEqualTo(10_000);
      assertThat(trace.dropped()).isZero();
    }
    List<FrameTrace.Frame> frames = FrameTrace.read(file);
    FrameTrace.Frame call =
        frames.stream()
            .filter(f -> f.handle() == Handle.CALL && f.bytes() > 10_000)
            .findFirst()
            .orElseThrow();
    assertThat(call.received()).isFalse();
    assertThat(call.source()).isZero();
    assertThat(call.destination()).isEqualTo(1);
    assertThat(call.child()).isEqualTo(1);
    assertThat(call).hasToString(">> 0->1 handle 3 " + call.bytes() + " bytes");
    FrameTrace.Frame answer =
        frames.stream()
            .filter(f -> f.received() && f.handle() == call.replyTo())
            .findFirst()
            .orElseThrow();
    assertThat(answer.time()).isGreaterThan(call.time());
  }

  @Test
  void aRouterHasOneTraceAtATimeAndEndsItWhenItIsClosed(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("frames");
    Router router = Router.create();
    FrameTrace first = router.traceFrames(file);
    assertThatThrownBy(() -> router.traceFrames(folder.resolve("other")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("another frame trace of this router is open: close it first");
    first.close();
    assertThatThrownBy(() -> router.traceFrames(folder.resolve("missing/file")))
        .isInstanceOf(IOException.class);
    router.traceFrames(file);
    assertThat(router.connect(Local.create()).call(FrameTraceTest::size, new byte[7])).isEqualTo(7);

    router.close();

    assertThat(FrameTrace.read(file)).isNotEmpty();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(t -> t.getName().equals("mitogen master frames"));
  }

  @Test
  void anythingElseIsNoTrace(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("other");
    Files.writeString(file, "x");
    assertThatThrownBy(() -> FrameTrace.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no frame trace");
    Files.writeString(file, "some other text");
    assertThatThrownBy(() -> FrameTrace.read(file)).hasMessageContaining("is no frame trace");
  }

  @Test
  void aChildHasNoTrace() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(InProcess.create());
      assertThatThrownBy(() -> child.run(FrameTraceTest::trace))
          .isInstanceOf(CallException.class)
          .hasMessageContaining("is not the master");
    }
  }

  static void trace() throws IOException {
    Router.current().traceFrames(Path.of("/dev/null")).close();
  }
}
