package org.mitogen4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FrameQueueTest {
  @Test
  void theMemoryOfABurstIsNotKept() {
    FrameQueue queue = new FrameQueue();
    queue.add(new byte[1 << 22], 0, 1 << 22);
    queue.head = queue.tail = 0; // as when all is written

    queue.add(new byte[10], 0, 10);

    assertThat(queue.buf.length).isLessThan(1 << 20);
  }
}
