package org.mitogen4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.connect.Local;

/** A process has one factory of URLs: in a child it is the program's to set. */
@Timeout(60)
class UrlFactoryTest {
  private static final String DATA = "urls/data.txt";

  @TempDir Path folder;

  private Router router;
  private URLClassLoader loader;

  @BeforeEach
  void open() {
    router = Router.create();
  }

  @AfterEach
  void close() throws Exception {
    router.close();
    loader.close();
  }

  private Path source(String name) throws Exception {
    Path source = folder.resolve("src/urls/" + name + ".java");
    try (InputStream in =
        UrlFactoryTest.class.getResourceAsStream("/sources/urls/" + name + ".java")) {
      CompiledProgram.write(source, new String(in.readAllBytes(), UTF_8));
    }
    return source;
  }

  private Class<?> program(boolean jarred) throws Exception {
    Path classes = folder.resolve("classes");
    CompiledProgram.compile(classes, "8", "", source("Urls"), source("Plugins"));
    CompiledProgram.write(classes.resolve(DATA), "some data");
    Path place = jarred ? CompiledProgram.jar(folder.resolve("urls.jar"), classes) : classes;
    loader = CompiledProgram.loader(place);
    return loader.loadClass("urls.Urls");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aProgramMaySetItAtOnceAndUrlsOfResourcesStillWorkAsTexts(boolean jarred) throws Exception {
    Context child = router.connect(Local.create());
    Class<?> urls = program(jarred);

    assertThat(child.call(urls, "set", DATA)).isEqualTo("own, some data");
    assertThat(child.call(urls, "read", DATA)).isEqualTo("some data");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aProgramMaySetItAfterItHasLookedForResources(boolean jarred) throws Exception {
    Context child = router.connect(Local.create());
    Class<?> urls = program(jarred);

    assertThat(child.call(urls, "read", DATA)).isEqualTo("some data");
    assertThat(child.call(urls, "set", DATA)).isEqualTo("own, some data");
  }

  @Test
  void aClassOfTheProgramsOwnClassLoaderMaySetItSoonAfterItWasReadAsAResource() throws Exception {
    Context child = router.connect(Local.create());
    Class<?> plugins = program(true).getClassLoader().loadClass("urls.Plugins");

    assertThat(child.call(plugins, "set", DATA)).isEqualTo("own, some data");
  }

  @Test
  void aJvmThatLetsNobodyChangeItsTableStillKnowsUrlsOfResources() throws Exception {
    Context child = router.connect(Local.create().jvmArguments("--limit-modules", "java.logging"));
    Class<?> urls = program(true);

    assertThat(child.call(urls, "read", DATA)).isEqualTo("some data");
    assertThatThrownBy(() -> child.call(urls, "set", DATA))
        .hasMessageContaining("factory already defined");
    assertThat(child.call(urls, "read", DATA)).isEqualTo("some data");
  }
}
