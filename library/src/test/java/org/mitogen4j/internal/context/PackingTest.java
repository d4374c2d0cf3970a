package org.mitogen4j.internal.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PackingTest {
  private static final byte[] DICTIONARY = {1, 2, 3};
  private static final int LARGE = 10_000_000;

  private static byte[] packed() {
    return Packing.pack(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, DICTIONARY);
  }

  private static byte[] claiming(int size) {
    byte[] packed = packed();
    ByteBuffer.wrap(packed).putInt(size);
    return packed;
  }

  @Test
  void bytesArriveAsTheyWere() {
    byte[] zeros = new byte[LARGE]; // nothing can be packed more densely

    assertThat(Packing.unpack(packed(), DICTIONARY)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(Packing.unpack(Packing.pack(zeros, DICTIONARY), DICTIONARY)).isEqualTo(zeros);
    assertThat(Packing.unpack(Packing.pack(new byte[0], DICTIONARY), DICTIONARY)).isEmpty();
  }

  @Test
  void badBytesAreRefusedBeforeMemoryIsTaken() {
    byte[] cut = Arrays.copyOf(packed(), 6);
    byte[][] all = {{}, {0, 0, 0, 5, 77}, cut, claiming(Integer.MAX_VALUE), claiming(-1)};

    for (byte[] bad : all) {
      assertThatThrownBy(() -> Packing.unpack(bad, DICTIONARY))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
