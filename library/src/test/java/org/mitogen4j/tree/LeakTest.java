package org.mitogen4j.tree;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** What contexts took is given back when they are gone. */
@Timeout(180)
class LeakTest {
  static int size(byte[] data) {
    return data.length;
  }

  static byte[] much(int n) {
    return new byte[n];
  }

  @Test
  void noThreadAndNoDescriptorOutlivesTheRouter() throws Exception {
    try (Router router = Router.create()) { // what the JVM opens once
      router.connect(Local.create()).call(LeakTest::much, 1);
    }
    Set<Thread> others = Thread.getAllStackTraces().keySet(); // of other tests
    long before = Trees.descriptors();
    try (Router router = Router.create()) {
      Context a = router.connect(Local.create());
      Context b = a.connect(InProcess.create());
      Context c = router.connect(InProcess.create()).connect(InProcess.create());
      for (Context context : new Context[] {a, b, c}) {
        context.call(LeakTest::size, new byte[1 << 17]);
        context.callAsync(LeakTest::much, 1 << 17).get();
      }
    }
    try {
      Trees.await("threads", 1000, () -> Trees.threads(others).isEmpty());
    } catch (AssertionError e) {
      throw new AssertionError(Trees.threads(others).toString(), e);
    }
    Trees.await("descriptors", 2000, () -> Trees.descriptors() <= before);
  }
}
