package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.InProcess;

/** A child that loads all that it can get makes other children's first calls hardly larger. */
@Timeout(60)
class GreedyChildTest {
  private static int load(List<String> names) {
    int loaded = 0;
    for (String name : names) {
      try {
        Class.forName(name, false, GreedyChildTest.class.getClassLoader());
        loaded++;
      } catch (ClassNotFoundException | LinkageError e) {
        // of an optional library
      }
    }
    return loaded;
  }

  /** Classes of a large library, in a jar of the class path. */
  private static List<String> ofLibrary() throws Exception {
    String jar =
        net.bytebuddy.ByteBuddy.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    try (JarFile file = new JarFile(jar);
        Stream<String> names = file.stream().map(e -> e.getName())) {
      return new ArrayList<>(
          names
              .filter(n -> n.startsWith("net/bytebuddy/") && n.endsWith(".class"))
              .map(n -> n.substring(0, n.length() - 6).replace('/', '.'))
              .limit(2500)
              .toList());
    }
  }

  @Test
  void whatAChildAsksForHardlyEnlargesWhatOthersAreSent() throws Exception {
    List<String> names = ofLibrary();
    try (Router router = Router.create()) {
      Context greedy = router.connect(InProcess.create());
      assertThat(greedy.call(GreedyChildTest::load, names)).isGreaterThan(2000);
      Await.until(() -> greedy.classTraffic().isComplete());

      Context child = router.connect(InProcess.create());
      assertThat(child.call(GreedyChildTest::load, new ArrayList<String>())).isZero();
      Await.until(() -> child.classTraffic().isComplete());

      assertThat(greedy.classTraffic().bytes()).isGreaterThan(1_500_000);
      ClassTraffic traffic = child.classTraffic();
      assertThat(traffic.bytes() + traffic.resourceBytes()).isLessThan(100_000);
    }
  }
}
