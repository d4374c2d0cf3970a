package org.mitogen4j.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.junit.MitogenTest;

/** The live tree as text. */
@Timeout(60)
@MitogenTest
class DescribeTest {
  private static final String COUNTS =
      ", sent [1-9]\\d* messages \\([1-9]\\d* bytes\\), received [1-9]\\d* \\([1-9]\\d* bytes\\)";

  /** Where the parent is not the master. */
  private static final String CACHED =
      "(, \\d+ classes and resources from its parent's cache \\(\\d+ bytes\\))?";

  private Router router;

  @BeforeEach
  void use(Router router) {
    this.router = router;
  }

  static int twice(int n) {
    return 2 * n;
  }

  @Test
  void everyContextHasALineWithWhatWentOverItsLink() throws Exception {
    Context outer = router.connect(InProcess.create().name("outer"));
    Context inner = outer.connect(InProcess.create().name("inner"));
    Context last = inner.connect(InProcess.create().name("last"));
    assertThat(last.call(DescribeTest::twice, 1)).isEqualTo(2);

    String who = " \\(in-process\\) \\S+, pid \\d+, Java \\S+";
    assertThat(router.describe())
        .matches(
            "0 master\n"
                + ("  1 outer" + who + COUNTS + "\n")
                + ("    2 inner" + who + COUNTS + CACHED + "\n")
                + ("      3 last" + who + COUNTS + CACHED + "\n"));
  }

  @Test
  void asTextItAsksNobody() throws Exception {
    Context outer = router.connect(InProcess.create().name("outer"));
    outer.connect(InProcess.create().name("inner"));

    assertThat(router.toString())
        .containsPattern("1 outer .*" + COUNTS)
        .doesNotContainPattern("2 inner .*" + COUNTS);
  }

  @Test
  void aContextThatDoesNotAnswerIsWaitedForBriefly() throws Exception {
    Context stopped = router.connect(Local.create().name("stopped"));
    stopped.connect(Local.create().name("below"));
    Trees.signal("STOP", stopped.call(StallTest::pid));

    long start = System.nanoTime();
    String tree = router.describe();

    assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)).isLessThan(10);
    assertThat(tree)
        .containsPattern("1 stopped .*" + COUNTS)
        .contains("    2 below ")
        .doesNotContainPattern("2 below .*" + COUNTS);
  }
}
