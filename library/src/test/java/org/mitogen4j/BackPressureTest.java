package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** Nothing queues without bound, and what is short does not wait for what is long. */
class BackPressureTest {
  private static final AtomicLong SENT = new AtomicLong();

  static void produce(Sender<byte[]> sender, int size) {
    try {
      for (; ; ) {
        sender.send(new byte[size]);
        SENT.addAndGet(size);
      }
    } catch (ClosedException e) {
      // the end of the test
    }
  }

  static long sent() {
    return SENT.get();
  }

  static int size(byte[] bytes) {
    return bytes.length;
  }

  static int twice(int n) {
    return 2 * n;
  }

  private static long heap() {
    System.gc();
    Runtime r = Runtime.getRuntime();
    return r.totalMemory() - r.freeMemory();
  }

  /** All contexts are in this JVM, so that its heap has what is held anywhere in the tree. */
  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @ParameterizedTest
  @CsvSource({"1, 1024", "2, 1024", "3, 1024", "3, 60000", "3, 1000000"})
  void aProducerThatNeverStopsHoldsLittleAnywhere(int hops, int size) throws Exception {
    try (Router router = Router.create()) {
      Context producer = router.self();
      for (int i = 0; i < hops; i++) {
        producer = producer.connect(InProcess.create());
      }
      Receiver<byte[]> receiver = router.receiver();
      producer.call(BackPressureTest::twice, 1);
      producer.call(BackPressureTest::size, new byte[size]);
      final long before = heap();
      producer.runAsync(BackPressureTest::produce, receiver.sender(), size);

      long taken = 0;
      long inFlight = 0;
      for (int i = 0; i < 20; i++) {
        taken += receiver.get().length;
        Thread.sleep(20); // that slow is the reader
        inFlight = Math.max(inFlight, producer.call(BackPressureTest::sent) - taken);
      }

      Await.until("little is held", 5000, () -> heap() - before < 16 << 20);
      assertThat(inFlight).isBetween(Math.min(100_000L, size), (1L << 20) + 2L * size);
      receiver.close();
    }
  }

  @Test
  void shortCallsOvertakeALongOne() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create());
      child.call(BackPressureTest::twice, 1);
      byte[] large = new byte[100 << 20];
      List<Call<Integer>> done = new ArrayList<>();
      Thread sender =
          new Thread(
              () -> {
                Call<Integer> call = child.callAsync(BackPressureTest::size, large);
                synchronized (done) {
                  done.add(call);
                }
              });
      sender.start();

      int overtook = 0;
      while (sender.isAlive()) {
        assertThat(child.call(BackPressureTest::twice, overtook)).isEqualTo(2 * overtook);
        overtook += sender.isAlive() ? 1 : 0;
      }
      sender.join();

      assertThat(done.get(0).join()).isEqualTo(large.length);
      assertThat(overtook).isGreaterThan(10);
    }
  }
}
