package org.mitogen4j.internal.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.spi.MemoryPipe;

/** The line of a console: whatever happens to its bytes, the same streams come out. */
class ReliableLineTest {
  private static final String TOKEN = "0123456789abcdef";
  private static final long LIMIT_SECONDS = 30;

  private final List<AutoCloseable> open = new ArrayList<>();

  /** Both ends of a line with something bad between them. */
  private final class Ends {
    final MemoryPipe down = new MemoryPipe();
    final MemoryPipe up = new MemoryPipe();
    final DamagingStream toChild;
    final Recording parent;
    final Recording child;

    Ends(long seed, int interval, boolean sevenBits) {
      toChild = new DamagingStream(down.output(), seed, interval, sevenBits);
      DamagingStream toParent = new DamagingStream(up.output(), seed + 1, interval, sevenBits);
      parent = new Recording(up.input(), toChild, ReliableLine.PARENT);
      child = new Recording(down.input(), toParent, ReliableLine.CHILD);
      open.add(down::close);
      open.add(up::close);
      open.add(parent);
      open.add(child);
      parent.start("line of the parent");
      child.start("line of the child");
    }
  }

  /** Keeps what is no part of the stream. */
  private static final class Recording extends ReliableLine {
    @SuppressWarnings("JdkObsolete") // two threads use it
    final StringBuffer text = new StringBuffer();

    final ByteArrayOutputStream heardErrors = new ByteArrayOutputStream();

    Recording(InputStream in, java.io.OutputStream out, int role) {
      super(in, out, TOKEN, role);
    }

    @Override
    protected void text(byte[] b, int size) {
      text.append(new String(b, 0, size, StandardCharsets.UTF_8)).append('\n');
    }

    @Override
    protected void errors(byte[] b, int off, int size) {
      heardErrors.write(b, off, size);
    }
  }

  @AfterEach
  @AfterTry
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    open.clear();
  }

  private static CompletableFuture<byte[]> all(InputStream in) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return in.readAllBytes();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
  }

  @Property(tries = 20)
  void theSameStreamsComeOutWhateverHappensToTheBytes(
      @ForAll long seed,
      @ForAll @IntRange(min = 2_000, max = 20_000) int interval,
      @ForAll boolean sevenBits,
      @ForAll @Size(max = 12) List<@IntRange(max = 5_000) Integer> sizes)
      throws Exception {
    Ends ends = new Ends(seed, interval, sevenBits);
    CompletableFuture<byte[]> atChild = all(ends.child);
    CompletableFuture<byte[]> atParent = all(ends.parent);
    Random random = new Random(seed);
    ByteArrayOutputStream down = new ByteArrayOutputStream();
    ByteArrayOutputStream up = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    for (int size : sizes) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      ends.parent.data.write(bytes);
      down.write(bytes);
      if (size % 2 == 0) {
        ends.child.data.write(bytes, 0, size / 2);
        up.write(bytes, 0, size / 2);
      }
      if (size % 3 == 0) {
        ends.child.errors.write(bytes, 0, size / 3);
        errors.write(bytes, 0, size / 3);
      }
    }
    ends.child.drain(1, TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
    ends.parent.data.close();
    assertThat(atChild.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(down.toByteArray());
    ends.child.data.close();
    assertThat(atParent.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(up.toByteArray());
    assertThat(ends.parent.heardErrors.toByteArray()).isEqualTo(errors.toByteArray());
  }

  @Test
  @Timeout(60)
  void aMessageOfTheSystemBetweenFramesAndInThemChangesNothing() throws Exception {
    Ends ends = new Ends(1, 0, false);
    CompletableFuture<byte[]> atChild = all(ends.child);
    CompletableFuture<byte[]> answers = all(ends.parent);
    byte[] bytes = new byte[20_000];
    new Random(7).nextBytes(bytes);
    CompletableFuture<Void> written =
        CompletableFuture.runAsync(
            () -> {
              try {
                for (int i = 0; i < 100; i++) {
                  ends.parent.data.write(bytes, i * 200, 200);
                  ends.down.output().write("[1.5] eth0: a|b\r\n".getBytes(StandardCharsets.UTF_8));
                }
                ends.parent.data.close();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    written.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertThat(atChild.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(bytes);
    ends.child.data.close();
    assertThat(answers.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  @Timeout(60)
  void whatIsNoFrameIsTextAndHarmless() throws Exception {
    Ends ends = new Ends(1, 0, false);
    CompletableFuture<byte[]> atParent = all(ends.parent);
    byte[] noise = new byte[1 << 20];
    new Random(3).nextBytes(noise);
    ends.up.output().write(noise);
    ends.up.output().write("\nlogin: \n".getBytes(StandardCharsets.UTF_8));
    ends.child.data.write(new byte[] {1, 2, 3});
    ends.child.data.close();
    assertThat(atParent.get(LIMIT_SECONDS, TimeUnit.SECONDS)).containsExactly(1, 2, 3);
    assertThat(ends.parent.text.toString()).contains("\nlogin: \n");
  }

  @Test
  @Timeout(60)
  void whatALineGivesBackIsNoFrame() throws Exception {
    MemoryPipe pipe = new MemoryPipe();
    open.add(pipe::close);
    Recording line = new Recording(pipe.input(), pipe.output(), ReliableLine.PARENT);
    open.add(line);
    line.start("line that hears itself");
    CompletableFuture<byte[]> heard = all(line);
    line.data.write("to nobody".getBytes(StandardCharsets.UTF_8));
    line.drain(1, 300);
    pipe.close();
    assertThat(heard.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  @Timeout(60)
  void allThatIsWrittenIsPrintableAndNoOrderToAModemOrATerminalProgram() throws Exception {
    MemoryPipe pipe = new MemoryPipe();
    open.add(pipe::close);
    Recording line = new Recording(new MemoryPipe().input(), pipe.output(), ReliableLine.CHILD);
    open.add(line);
    line.start("line that nobody answers");
    byte[] bytes = new byte[2_400];
    new Random(5).nextBytes(bytes);
    line.data.write(bytes);
    byte[] written = pipe.input().readNBytes(1_800);
    String text = new String(written, StandardCharsets.ISO_8859_1);
    assertThat(text).matches("(\\|[!-}&&[^+|]]+\n)+\\|?[!-}&&[^+|]]*");
  }

  @Test
  @Timeout(60)
  void anEndThatNobodyAnswersHoldsABoundedNumberOfBytes() throws Exception {
    MemoryPipe pipe = new MemoryPipe();
    Recording line = new Recording(new MemoryPipe().input(), pipe.output(), ReliableLine.CHILD);
    open.add(line);
    open.add(pipe::close);
    line.start("line that nobody answers");
    CompletableFuture<Long> taken =
        CompletableFuture.supplyAsync(
            () -> {
              long sum = 0;
              try {
                for (; sum < 1 << 20; sum += 100) {
                  line.data.write(new byte[100]);
                }
              } catch (IOException closed) {
                // as it should be
              }
              return sum;
            });
    line.drain(1, 500);
    line.close();
    assertThat(taken.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isLessThan(10_000);
  }

  @Test
  @Timeout(60)
  void framesCostLessThanATenthBeyondTheAlphabet() throws Exception {
    Ends ends = new Ends(1, 0, false);
    CompletableFuture<byte[]> atChild = all(ends.child);
    CompletableFuture<byte[]> atParent = all(ends.parent);
    byte[] bytes = new byte[100_000];
    ends.parent.data.write(bytes);
    ends.parent.data.close();
    assertThat(atChild.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(bytes);
    assertThat(ends.toChild.bytes()).isLessThan(bytes.length * 16 / 13 * 11 / 10);
    ends.child.data.close();
    assertThat(atParent.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEmpty();
  }
}
