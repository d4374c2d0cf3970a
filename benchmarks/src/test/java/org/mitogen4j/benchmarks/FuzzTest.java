package org.mitogen4j.benchmarks;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What children send, whatever it is, harms nobody; {@code ./bench fuzz} looks for longer. */
@Timeout(180)
class FuzzTest {
  @Test
  void framesOfAnyKindHarmNobodyElse() throws Exception {
    Fuzz.FRAMES.runs(2_000);
  }

  @Test
  void valuesOfAnyKindAreReadOrRefused() throws Exception {
    Fuzz.VALUES.runs(50_000);
  }
}
