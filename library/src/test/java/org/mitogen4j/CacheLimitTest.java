package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.Local;

/** What a context drops of classes and resources, to keep its cache small, is fetched again. */
@Timeout(60)
class CacheLimitTest {
  private static final RouterOptions SMALL = RouterOptions.defaults().cacheLimit(1 << 16);

  /** Needs some hundred classes of a library, of more than 100 KB as they travel. */
  private static String library() {
    return net.bytebuddy.description.type.TypeDescription.ForLoadedType.of(String.class).getName()
        + new net.bytebuddy.ByteBuddy().ignore(net.bytebuddy.matcher.ElementMatchers.none());
  }

  private static String libraryIf(boolean wanted) {
    return wanted ? library() : "not wanted";
  }

  private static int nothing() {
    return 0;
  }

  /** Size and checksum of the jar of a library, which has some megabytes. */
  private static String checksum() throws IOException {
    CRC32 sum = new CRC32();
    long bytes = 0;
    URL jar = net.bytebuddy.ByteBuddy.class.getProtectionDomain().getCodeSource().getLocation();
    try (InputStream in = jar.openStream()) {
      byte[] buf = new byte[10_000];
      for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
        sum.update(buf, 0, n);
        bytes += n;
      }
    }
    return bytes + " " + sum.getValue();
  }

  private static LinkTraffic traffic(Context context) {
    LinkTraffic traffic = context.info().traffic();
    assertThat(traffic).isNotNull();
    return traffic;
  }

  /** Bytes that cross the link to the parent of two contexts while the second runs a function. */
  private static long bytesForTheSecond(RouterOptions options) throws Exception {
    try (Router router = Router.create(options)) {
      Context relay = router.connect(Local.create());
      Context first = relay.connect(Local.create());
      Context second = relay.connect(Local.create());
      assertThat(second.call(CacheLimitTest::nothing)).isZero();
      assertThat(first.call(CacheLimitTest::library)).contains("String");
      long before = traffic(relay).bytesSent();
      assertThat(second.call(CacheLimitTest::library)).contains("String");
      return traffic(relay).bytesSent() - before;
    }
  }

  @Test
  void aRelayFetchesAgainWhatItHasDropped() throws Exception {
    long kept = bytesForTheSecond(RouterOptions.defaults());
    long dropped = bytesForTheSecond(SMALL);

    assertThat(kept).isLessThan(50_000);
    assertThat(dropped).isGreaterThan(kept + 50_000);
  }

  @Test
  void aChildFetchesAgainWhatItDroppedBeforeItWasUsed() throws Exception {
    try (Router router = Router.create(SMALL)) {
      Context child = router.connect(Local.create());
      assertThat(child.call(CacheLimitTest::libraryIf, false)).isEqualTo("not wanted");
      assertThat(child.call(CacheLimitTest::libraryIf, true)).contains("String");
    }
  }

  @Test
  void filesAreReadWholeThroughARelayThatKeepsOnePiece() throws Exception {
    String expected = checksum();
    try (Router router = Router.create(SMALL)) {
      Context relay = router.connect(Local.create());
      Context first = relay.connect(Local.create());
      Context second = relay.connect(Local.create());
      assertThat(first.call(CacheLimitTest::checksum)).isEqualTo(expected);
      assertThat(second.call(CacheLimitTest::checksum)).isEqualTo(expected);
      assertThat(second.call(CacheLimitTest::checksum)).isEqualTo(expected);
    }
  }

  @Test
  void aLimitThatIsTooSmallIsRefused() {
    assertThatThrownBy(() -> RouterOptions.defaults().cacheLimit(1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1000 bytes")
        .hasMessageContaining("65536 or more");
  }
}
