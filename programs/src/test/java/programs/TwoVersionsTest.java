package programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.RouterOptions;
import org.mitogen4j.SharedProcess;
import org.mitogen4j.connect.Local;

/** Two versions of the same libraries, which are years apart, run in one process. */
@Timeout(120)
class TwoVersionsTest {
  private static final String JSON = "{\"name\":\"x\",\"sizes\":[1,2],\"parts\":[]}";

  /** A class loader of these tests' functions and of older libraries. */
  private static URLClassLoader older() throws Exception {
    List<URL> urls = new ArrayList<>();
    urls.add(Libraries.class.getProtectionDomain().getCodeSource().getLocation());
    try (Stream<Path> jars = Files.list(Path.of("target/tools/older").toAbsolutePath())) {
      for (Path jar : (Iterable<Path>) jars.sorted()::iterator) {
        urls.add(jar.toUri().toURL());
      }
    }
    return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
  }

  private static Object call(Context context, ClassLoader program, String type, String name)
      throws Exception {
    return context.call(Class.forName("programs.Libraries$" + type, false, program), name);
  }

  @Test
  void bothVersionsOfLibrariesRunInOneProcess() throws Exception {
    ClassLoader newer = Libraries.class.getClassLoader();
    try (URLClassLoader older = older();
        Router first = Router.create(RouterOptions.defaults().classLoader(newer));
        Router second = Router.create(RouterOptions.defaults().classLoader(older))) {
      Context host = first.connect(Local.create());
      Context shared = second.connect(SharedProcess.with(host));
      assertThat(shared.info().pid()).isEqualTo(host.info().pid());

      assertThat(call(host, newer, "Jackson", "version")).isEqualTo("2.17.2 2.17.2");
      assertThat(call(shared, older, "Jackson", "version"))
          .isEqualTo("2.9.10-8 2.9.10.8"); // as in any JVM: its fourth part is a name
      Class<?> bean = Class.forName("programs.Libraries$Jackson", false, older);
      assertThat(shared.call(bean, "bean", JSON)).isEqualTo(JSON.replace("x", "x!"));
      assertThat(host.call(Libraries.Jackson::bean, JSON)).isEqualTo(JSON.replace("x", "x!"));

      assertThat((String) call(host, newer, "Guava", "place")).doesNotContain("guava-19.0.jar");
      assertThat((String) call(shared, older, "Guava", "place")).contains("guava-19.0.jar");
      assertThat(call(shared, older, "Guava", "use")).isEqualTo(call(host, newer, "Guava", "use"));

      assertThat((String) call(host, newer, "Lang", "place")).doesNotContain("lang3-3.4.jar");
      assertThat((String) call(shared, older, "Lang", "place")).contains("lang3-3.4.jar");
      assertThat(call(shared, older, "Lang", "use")).isEqualTo("cba1:01");
    }
  }
}
