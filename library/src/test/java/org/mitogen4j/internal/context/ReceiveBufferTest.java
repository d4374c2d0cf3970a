package org.mitogen4j.internal.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.internal.kernel.Header;

@Timeout(30)
class ReceiveBufferTest {
  @Test
  void longArraysArriveWholeBothWaysWhateverStandsBetweenThem() throws Exception {
    List<byte[]> arrays = new ArrayList<>();
    for (int size : new int[] {1 << 14, 0, 300_000, 1, 1 << 20, (1 << 16) - 1, 1 << 16}) {
      arrays.add(random(size));
    }
    try (Router router = Router.create()) {
      Context child = router.connect(InProcess.create());

      List<byte[]> back = child.call(ReceiveBufferTest::same, arrays);

      assertThat(back).usingElementComparator(Arrays::compare).isEqualTo(arrays);
    }
  }

  @Test
  void moreLongArraysThanSegmentsArriveWholeToo() throws Exception {
    List<byte[]> arrays = new ArrayList<>();
    for (int i = 0; i < 3 * ReceiveBuffer.MAX; i++) {
      arrays.add(random((1 << 14) + i));
    }
    try (Router router = Router.create()) {
      Context child = router.connect(InProcess.create());

      List<byte[]> back = child.call(ReceiveBufferTest::same, arrays);

      assertThat(back).usingElementComparator(Arrays::compare).isEqualTo(arrays);
    }
  }

  static List<byte[]> same(List<byte[]> arrays) {
    return arrays;
  }

  @Test
  void noMemoryIsTakenForBytesThatAnUntrustedSenderPromises() {
    ReceiveBuffer segments = ReceiveBuffer.of(ints(0, 1 << 30, 0), 0, 12, false);

    segments.add(random(1000), 0, 1000);

    assertThat(segments.total).isEqualTo(1 << 30);
    assertThat(segments.arrays()[1].length).isLessThan(1 << 20);
  }

  @Test
  void sizesThatAreNoneAreRefused() {
    assertThatThrownBy(() -> ReceiveBuffer.of(ints(5, -1), 0, 8, true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ReceiveBuffer.of(ints(5), 0, 3, true))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ReceiveBuffer.of(new byte[0], 0, 0, true))
        .isInstanceOf(IllegalArgumentException.class);
    int tooMany = 4 * (ReceiveBuffer.MAX + 1);
    assertThatThrownBy(() -> ReceiveBuffer.of(new byte[tooMany], 0, tooMany, true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new java.util.Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] ints(int... values) {
    byte[] bytes = new byte[4 * values.length];
    for (int i = 0; i < values.length; i++) {
      Header.putInt(bytes, 4 * i, values[i]);
    }
    return bytes;
  }
}
