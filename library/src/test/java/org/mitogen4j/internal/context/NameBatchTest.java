package org.mitogen4j.internal.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mitogen4j.internal.kernel.Header;

class NameBatchTest {
  private static final byte[] DICTIONARY = {1, 2, 3};

  @Test
  void namesArriveAsTheyWere() {
    List<String> names = Arrays.asList("a.B", "weird % \u00e9.C$1", "d");

    assertThat(NameBatch.unpack(NameBatch.pack(names, DICTIONARY), DICTIONARY)).isEqualTo(names);
  }

  @Test
  void tooManyNamesAreNoBatch() {
    assertThat(NameBatch.pack(Collections.nCopies(20_000, "some.Name"), DICTIONARY)).isNull();
  }

  @Test
  void badBytesAreRefused() {
    byte[] huge = NameBatch.pack(Arrays.asList("a.B", "a.C"), DICTIONARY);
    Header.putInt(huge, 0, Integer.MAX_VALUE);
    byte[] cut = NameBatch.pack(Arrays.asList("a.B", "a.C"), DICTIONARY);

    for (byte[] bad : new byte[][] {{}, {0, 0, 0, 5, 77}, huge, Arrays.copyOf(cut, 6)}) {
      assertThatThrownBy(() -> NameBatch.unpack(bad, DICTIONARY))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
