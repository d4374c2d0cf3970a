package org.mitogen4j.internal.context.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types that are not the same on both sides. */
class VersionsTest {
  @TempDir private Path folder;
  private final Wire wire = new Wire();
  private final List<URLClassLoader> loaders = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    wire.close();
    for (URLClassLoader loader : loaders) {
      loader.close();
    }
  }

  /** Compiles one class, and loads it with a loader of its own. */
  private Class<?> compile(String name, String source) throws Exception {
    Path out = Files.createTempDirectory(folder, "version");
    File file = out.resolve(name + ".java").toFile();
    Files.writeString(file.toPath(), source);
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", out.toString(), file.toString());
    assertThat(result).isZero();
    URLClassLoader loader = new URLClassLoader(new URL[] {out.toUri().toURL()});
    loaders.add(loader);
    return loader.loadClass(name);
  }

  private static Object make(Class<?> type, Object... values) throws Exception {
    var constructor = type.getDeclaredConstructors()[0];
    constructor.setAccessible(true);
    return constructor.newInstance(values);
  }

  private void differ(Object sent, Class<?> here, String... parts) {
    byte[] bytes = wire.write(sent);
    wire.expected = here;
    assertThatThrownBy(() -> wire.read(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(here.getName(), "same version")
        .hasMessageContainingAll(parts);
  }

  @Test
  void aRecordThatHasLostOrWonAComponentIsNamedWithIt() throws Exception {
    Class<?> one = compile("Usage", "public record Usage(String path, long used) {}");
    Class<?> two = compile("Usage", "public record Usage(String path, long used, long free) {}");
    differ(make(one, "/", 1L), two, "has no [free] there", "[path, used, free]");
    differ(make(two, "/", 1L, 2L), one, "has 'free' there, and here only [path, used]");
  }

  @Test
  void aComponentOfAnotherTypeIsNamed() throws Exception {
    Class<?> one = compile("Usage", "public record Usage(String path, long used) {}");
    Class<?> two = compile("Usage", "public record Usage(String path, int used) {}");
    Class<?> three = compile("Usage", "public record Usage(String path, Object used) {}");
    differ(make(one, "/", 1L), two, "has 'used' as long there, as int here");
    differ(make(three, "/", 1L), one, "has 'used' as another class there, as long here");
    differ(make(one, "/", 1L), three, "has 'used' as long there, as java.lang.Object here");
  }

  @Test
  void componentsInAnotherOrderDoNotMatter() throws Exception {
    Class<?> one = compile("Usage", "public record Usage(String path, long used, Object o) {}");
    Class<?> two = compile("Usage", "public record Usage(Object o, long used, String path) {}");
    Object sent = make(one, "/", 1L, List.of());
    for (Object value : new Object[] {sent, List.of(sent, sent)}) {
      byte[] bytes = wire.write(value);
      wire.expected = two;
      assertThat(wire.read(bytes).toString()).contains("Usage[o=[], used=1, path=/]");
    }
  }

  @Test
  void aValueOfAnotherClassThanTheComponentIsNamed() throws Exception {
    Class<?> one = compile("Usage", "public record Usage(Object path) {}");
    Class<?> two = compile("Usage", "public record Usage(java.util.List<String> path) {}");
    byte[] bytes = wire.write(make(one, "/"));
    wire.expected = two;
    assertThatThrownBy(() -> wire.read(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("path of Usage: a java.util.List is declared, but a java.lang.String came");
  }

  @Test
  void anEnumConstantThatIsNotHereIsNamed() throws Exception {
    Class<?> one = compile("Color", "public enum Color { RED, GREEN }");
    Class<?> two = compile("Color", "public enum Color { BLUE, RED }");
    differ(one.getEnumConstants()[1], two, "has a constant GREEN there", "only [BLUE, RED]");
    byte[] bytes = wire.write(one.getEnumConstants()[0]);
    assertThat(wire.read(bytes)).isSameAs(two.getEnumConstants()[1]);
  }

  @Test
  void aTypeThatBecameARecordOrAnEnumIsNamed() throws Exception {
    Class<?> one = compile("Usage", "public record Usage(int a) {}");
    Class<?> two =
        compile("Usage", "public class Usage implements java.io.Serializable { int a; }");
    Class<?> three = compile("Usage", "public enum Usage { A }");
    differ(make(one, 1), two, "record on one side only");
    differ(make(two), one, "record on one side only");
    differ(make(two), three, "another kind of type there");
    differ(three.getEnumConstants()[0], one, "an enum there, and none here");
  }

  @Test
  void aPlainClassThatHasLostOrWonAFieldIsNamedWithIt() throws Exception {
    String plain = "public class Usage implements java.io.Serializable {";
    Class<?> one = compile("Usage", plain + "int a; String b; }");
    Class<?> two = compile("Usage", plain + "int a; }");
    differ(make(one), two, "has 'b' there, and here only [a]");
    differ(make(two), one, "has no [b] there");
  }

  @Test
  void aValueThatARecordRefusesFailsWithItsMessage() throws Exception {
    Class<?> one = compile("Usage", "public record Usage(int a) {}");
    Class<?> two =
        compile(
            "Usage",
            "public record Usage(int a) { public Usage { if (a < 0) {"
                + " throw new IllegalStateException(\"a is \" + a); } } }");
    byte[] bytes = wire.write(make(one, -1));
    wire.expected = two;
    assertThatThrownBy(() -> wire.read(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a Usage can't be made of what came")
        .hasMessageContaining("a is -1");
  }
}
