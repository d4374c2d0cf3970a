package programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;

/** Functions that use libraries work in a fresh child that has nothing of them. */
@Timeout(60)
class LibrariesTest {
  private Router router;
  private Context child;

  @BeforeEach
  void connect() throws Exception {
    router = Router.create();
    child = router.connect(Local.create());
  }

  @AfterEach
  void close() {
    router.close();
  }

  @Test
  void jacksonReadsTreesAndBeansAndKnowsItsVersion() throws Exception {
    String json =
        "{\"name\":\"x\",\"sizes\":[1,2],\"parts\":[{\"name\":\"y\",\"sizes\":null,\"parts\":[]}]}";

    assertThat(child.call(Libraries.Jackson::tree, json)).isEqualTo(json);
    assertThat(child.call(Libraries.Jackson::bean, json)).isEqualTo(json.replace("x", "x!"));
    assertThat(child.call(Libraries.Jackson::version)).isEqualTo("2.17.2 2.17.2");
  }

  @Test
  void guavaRuns() throws Exception {
    assertThat(child.call(Libraries.Guava::use)).isEqualTo(Libraries.Guava.use());
  }

  @Test
  void commonsLangRuns() throws Exception {
    assertThat(child.call(Libraries.Lang::use)).isEqualTo("cba1:01");
  }

  @Test
  void luceneIndexesAndSearches() throws Exception {
    assertThat(child.call(Libraries.Lucene::search, "hello")).isEqualTo(2);
  }

  @Test
  void h2IsFoundByTheDriverManager() throws Exception {
    assertThat(child.call(Libraries.H2::query, 35)).isEqualTo(42);
  }

  @Test
  void logbackReadsItsConfiguration() throws Exception {
    assertThat(child.call(Libraries.Logback::log))
        .isEqualTo("ch.qos.logback.classic.LoggerContext true");
  }

  @Test
  void log4jReadsItsConfiguration() throws Exception {
    assertThat(child.call(Libraries.Log4j::log)).isEqualTo("from the program true");
  }

  @Test
  void groovyEvaluatesScripts() throws Exception {
    assertThat(child.call(Libraries.Groovy::evaluate, "(1..10).collect { it * it }.sum()"))
        .isEqualTo("385");
  }

  @Test
  void kotlinsStandardLibraryRuns() throws Exception {
    assertThat(child.call(Libraries.Kotlin::use)).isEqualTo("ababab1-2-3a#b#");
  }

  @Test
  void asmReadsClassFilesAndMakesSome() throws Exception {
    assertThat(child.call(Libraries.Asm::use)).isEqualTo("programs/Libraries$Asm made.Made");
  }

  @Test
  void nettyEchoesOverLoopback() throws Exception {
    assertThat(child.call(Libraries.Netty::echo, "to and fro")).isEqualTo("to and fro");
  }

  @Test
  void springMakesBeansAndLooksThroughPackages() throws Exception {
    assertThat(child.call(Libraries.Spring::bean)).isEqualTo("bean");
    assertThat(child.call(Libraries.Spring::scan, "world")).isEqualTo("hello world 2");
  }

  @Test
  void twoContextsFormAHazelcastCluster() throws Exception {
    Context second = router.connect(Local.create());
    String address = child.call(HazelcastMember::join, "127.0.0.1:1");
    second.call(HazelcastMember::join, address);

    assertThat(child.call(HazelcastMember::members)).isEqualTo(2);
    child.call(HazelcastMember::put, "key", "put by the first");
    assertThat(second.call(HazelcastMember::get, "key")).isEqualTo("put by the first");
    second.run(HazelcastMember::leave);
    child.run(HazelcastMember::leave);
  }

  @Test
  void twoContextsFormAnIgniteCluster(@TempDir Path folder) throws Exception {
    Local method = Local.create().jvmArguments(IgniteMember.JVM_ARGUMENTS);
    Context first = router.connect(method);
    Context second = router.connect(method);
    first.run(IgniteMember::join, folder.resolve("first").toString());
    second.run(IgniteMember::join, folder.resolve("second").toString());

    assertThat(first.call(IgniteMember::members)).isEqualTo(2);
    first.run(IgniteMember::put, "key", "put by the first");
    assertThat(second.call(IgniteMember::get, "key")).isEqualTo("put by the first");
    second.run(IgniteMember::leave);
    first.run(IgniteMember::leave);
  }
}
