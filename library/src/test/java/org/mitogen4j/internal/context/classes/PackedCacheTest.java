package org.mitogen4j.internal.context.classes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mitogen4j.internal.kernel.ClassCache;

/** What tells a context of absent names is kept until the parent takes it back. */
class PackedCacheTest {
  private static final String ABSENT = ResourceKey.absentClass("a.Missing");
  private static final byte[] FORGET = {1};

  private final ClassCache classes = new ClassCache(new byte[0], new byte[0]);

  private void makeFull() {
    PackedCache.bound(classes, new ClassBlocks(classes, null), 1000);
  }

  private void tell() {
    classes.keep(ResourceKey.NAMES, new byte[] {0, 0, 0, 0});
    classes.keep(ABSENT, ResourceKey.nowhere());
    classes.keep("a.Present", new byte[] {0, 0, 0, 1});
  }

  private void assertTold(boolean isTold) {
    assertThat(classes.kept(ResourceKey.NAMES) != null).isEqualTo(isTold);
    assertThat(classes.kept(ABSENT) != null).isEqualTo(isTold);
    assertThat(classes.kept("a.Present")).isNotNull();
    assertThat(classes.kept("")).isNull();
  }

  @Test
  void whatAKernelWasToldOfAbsentNamesAFullContextKnows() {
    tell();
    makeFull();

    assertTold(true);
  }

  @Test
  void whatAKernelWasToldAndForgotAFullContextDoesNotKnow() {
    tell();
    classes.keep("", FORGET);
    makeFull();

    assertTold(false);
  }

  @Test
  void aFullContextForgetsWhatItsKernelWasTold() {
    tell();
    makeFull();
    classes.keep("", FORGET);

    assertTold(false);
  }

  @Test
  void aFullContextForgetsAbsentNamesAndIsToldAnew() {
    makeFull();
    tell();
    classes.keep("", FORGET);
    assertTold(false);

    tell();

    assertTold(true);
  }

  @Test
  void aFullContextIsToldAnewWhatItsKernelForgot() {
    tell();
    classes.keep("", FORGET);
    makeFull();
    tell();

    assertTold(true);
  }
}
