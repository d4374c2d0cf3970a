package org.mitogen4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FuzzTest {
  @Test
  @Timeout(180)
  void twentyThousandDamagedFramesHarmNobodyElse() throws Exception {
    assertThat(FuzzBench.inputs(42, 20_000)).isEqualTo(20_000);
  }

  @Test
  @Timeout(120)
  void twentyThousandDamagedValuesAreReadOrRefused() {
    assertThat(CodecFuzz.inputs(42, 20_000)).isEqualTo(20_000);
  }
}
