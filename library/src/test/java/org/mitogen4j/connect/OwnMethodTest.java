package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.CommandMethod;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** A connection method that a program brings itself: it travels to the context that opens it. */
class OwnMethodTest {
  private final Router router = Router.create();

  @AfterEach
  void close() {
    router.close();
  }

  /** A child that is nice to others. */
  static final class Nice extends CommandMethod<Nice> {
    private static final long serialVersionUID = 1;

    private final int niceness;

    Nice(int niceness) {
      this.niceness = niceness;
    }

    @Override
    protected List<String> command() {
      return Arrays.asList("nice", niceness < 0 ? "--no-such-option" : "-n" + niceness);
    }

    @Override
    protected Reason reason(int exitCode, String errors) {
      return exitCode == 125 ? Reason.TARGET_UNKNOWN : null;
    }

    @Override
    public String defaultName() {
      return "nice";
    }

    @Override
    public String toString() {
      return "nice " + niceness;
    }
  }

  static String environment(String name) {
    return System.getenv(name);
  }

  @Test
  void anOwnMethodWorksFromTheMasterAndFromAnyContext() throws Exception {
    Context nice = router.connect(new Nice(3));
    assertThat(nice.call(OwnMethodTest::environment, "PATH")).isNotEmpty();
    Context nicer = nice.connect(new Nice(5).remoteName("a name"));
    assertThat(nicer.call(OwnMethodTest::environment, "PATH")).isNotEmpty();
    assertThat(router.describe()).contains("nice (nice 3) ").contains("nice (nice 5) ");
  }

  @Test
  void anOwnMethodHasErrorsOfItsOwn() throws Exception {
    StartException e =
        catchThrowableOfType(StartException.class, () -> router.connect(new Nice(-1)));
    assertThat(e.reason()).isEqualTo(Reason.TARGET_UNKNOWN);
    assertThat(e)
        .hasMessageStartingWith("can't start nice by nice -1: exit code 125; stderr: ")
        .hasMessageContaining("no-such-option");
    Context nice = router.connect(new Nice(3));
    e = catchThrowableOfType(StartException.class, () -> nice.connect(new Nice(-1)));
    assertThat(e).hasMessageStartingWith("from nice: can't start nice by nice -1: ");
  }

  /** Fails when it is opened, without a word. */
  static final class Broken extends ConnectionMethod<Broken> {
    private static final long serialVersionUID = 1;

    /** What can't be sent. */
    private Object hidden;

    @Override
    public Connection open(Bootstrap bootstrap) {
      throw new IllegalStateException();
    }

    @Override
    public String defaultName() {
      return "broken";
    }

    @Override
    public String toString() {
      return hidden == null ? "broken" : "broken and hidden";
    }
  }

  @Test
  @Timeout(20)
  void aMethodThatFailsWithoutAWordFails() throws Exception {
    Context child = router.connect(InProcess.create());
    for (Context via : Arrays.asList(router.self(), child)) {
      StartException e =
          catchThrowableOfType(StartException.class, () -> via.connect(new Broken()));
      assertThat(e).hasMessageContaining("IllegalStateException");
    }
    assertThat(router.contexts()).containsExactly(child);
  }

  @Test
  void aMethodThatCanNotBeSentLeavesNothing() throws Exception {
    Context child = router.connect(InProcess.create());
    Broken method = new Broken();
    method.hidden = new Object();
    assertThatThrownBy(() -> child.connect(method))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hidden");
    assertThat(router.contexts()).containsExactly(child);
  }
}
