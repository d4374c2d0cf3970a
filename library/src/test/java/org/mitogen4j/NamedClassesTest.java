package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.InProcess;

/** Classes that only a resource names come with the resource. */
@Timeout(60)
class NamedClassesTest {
  /** Loads all classes that a resource names, as frameworks do with their plug-ins. */
  private static int load(String resource) throws IOException, ClassNotFoundException {
    int loaded = 0;
    ClassLoader loader = NamedClassesTest.class.getClassLoader();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(loader.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        loader.loadClass(line.substring(line.indexOf('=') + 1));
        loaded++;
      }
    }
    return loaded;
  }

  @Test
  void theClassesThatAResourceNamesComeWithIt() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(InProcess.create());

      assertThat(child.call(NamedClassesTest::load, "plugins/list.properties")).isEqualTo(20);

      // one for the resource; this class also names some of the library's
      assertThat(child.classTraffic().requests()).isBetween(1L, 6L);
    }
  }
}
