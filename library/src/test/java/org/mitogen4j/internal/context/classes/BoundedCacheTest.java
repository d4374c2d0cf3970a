package org.mitogen4j.internal.context.classes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A cache keeps what was used last, up to a number of bytes. */
class BoundedCacheTest {
  private static final int VALUE = 10_000;
  private static final int LIMIT = 3 * VALUE + 1000; // with what three entries take

  private final BoundedCache<byte[]> cache = new RecentBytes(LIMIT);

  private static byte[] value() {
    return new byte[VALUE];
  }

  @Test
  void theValueThatWasUsedLeastRecentlyIsDropped() {
    cache.put("a", value());
    cache.put("b", value());
    cache.put("c", value());
    assertThat(cache.get("a")).isNotNull();

    assertThat(cache.put("d", value())).containsOnlyKeys("b");
    assertThat(cache.get("b")).isNull();
    assertThat(cache.get("a")).isNotNull();
  }

  @Test
  void theLastValueStaysHoweverLarge() {
    cache.put("a", value());

    assertThat(cache.put("large", new byte[10 * LIMIT])).containsOnlyKeys("a");
    assertThat(cache.get("large")).isNotNull();
    assertThat(cache.put("b", value())).containsOnlyKeys("large");
  }

  @Test
  void aReplacedOrClearedValueTakesNoRoom() {
    for (int i = 0; i < 10; i++) {
      assertThat(cache.put("a", value())).isEmpty();
    }
    cache.clear();
    cache.put("b", value());
    cache.put("c", value());
    assertThat(cache.put("d", value())).isEmpty();
  }

  @Test
  void namesAloneCountToo() {
    for (int i = 0; i < 1000; i++) {
      cache.put("name " + i, new byte[0]);
    }
    assertThat(cache.get("name 0")).isNull();
    assertThat(cache.get("name 999")).isNotNull();
  }
}
