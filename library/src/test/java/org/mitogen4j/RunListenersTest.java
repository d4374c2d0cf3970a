package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** What listeners of a run are told. */
@Timeout(60)
class RunListenersTest {
  /** Notes the ends that it is told. */
  private static final class Ends implements RunListener {
    final List<Context> ended = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void starts(Context context, Context parent, long nanos) {}

    @Override
    public void started(Context context, Throwable failure) {}

    @Override
    public Object calls(Call<?> call) {
      return null;
    }

    @Override
    public void called(Call<?> call, Object begun, Throwable failure) {}

    @Override
    public void sent(int context, int classes, long bytes, long begun) {}

    @Override
    public void ended(Context context, EndReason reason) {
      ended.add(context);
    }
  }

  /** Starts a child in this process; does something when its context is known and not told yet. */
  private static final class WhenKnown extends ConnectionMethod<WhenKnown> {
    private static final long serialVersionUID = 1;

    private final transient Router router;
    private transient Runnable work;

    WhenKnown(Router router, Runnable work) {
      this.router = router;
      this.work = work;
    }

    @Override
    public Connection open(Bootstrap bootstrap) throws IOException {
      return InProcess.create().open(bootstrap);
    }

    @Override
    public String defaultName() {
      Runnable once = work;
      if (once != null && !router.contexts().isEmpty()) {
        work = null;
        once.run();
      }
      return "child";
    }

    @Override
    public String toString() {
      return "in-process";
    }
  }

  static void halt() {
    Runtime.getRuntime().halt(1);
  }

  @Test
  void theEndOfEachContextIsToldOnceToEachListener() throws Exception {
    Ends first = new Ends();
    Ends second = new Ends();
    List<Context> all = new ArrayList<>();
    try (Router router = Router.create()) {
      router.run.add(first);
      all.add(router.connect(InProcess.create()));
      router.run.add(second);
      all.add(all.get(0).connect(InProcess.create()));
      all.add(router.connect(InProcess.create()));
      all.get(0).close();
      Await.until(() -> first.ended.size() >= 2 && second.ended.size() >= 2);
    }
    Await.until(() -> first.ended.size() >= 3 && second.ended.size() >= 3);
    assertThat(first.ended).containsExactlyInAnyOrderElementsOf(all);
    assertThat(second.ended).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void theEndOfAContextThatIsStartedAsAListenerIsAddedIsToldOnce() throws Exception {
    Ends listener = new Ends();
    List<Context> all = new ArrayList<>();
    try (Router router = Router.create()) {
      all.add(router.connect(new WhenKnown(router, () -> router.run.add(listener))));
      all.add(router.connect(InProcess.create()));
    }
    Await.until(() -> listener.ended.size() >= 2);
    assertThat(listener.ended).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void theEndOfAContextByTwoCausesAtOnceIsToldOnce() throws Exception {
    Ends listener = new Ends();
    List<Context> all = new ArrayList<>();
    try (Router router = Router.create()) {
      router.run.add(listener);
      for (int i = 0; i < 5; i++) {
        Context child = router.connect(Local.create());
        all.add(child);
        CyclicBarrier both = new CyclicBarrier(2);
        Thread halts =
            new Thread(
                () -> {
                  try {
                    both.await();
                    child.fire(RunListenersTest::halt);
                  } catch (Exception e) {
                    // it has ended already
                  }
                });
        halts.start();
        both.await();
        child.close();
        halts.join();
      }
      Await.until(() -> listener.ended.size() >= all.size());
    }
    assertThat(listener.ended).containsExactlyInAnyOrderElementsOf(all);
  }
}
