package org.mitogen4j.internal.parent.classes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.internal.master.Master;
import org.mitogen4j.internal.master.ProgramClasses;
import org.mitogen4j.programs.Annotated;
import org.mitogen4j.programs.Inventory;

/** What is followed from a function, and what is not. */
@Timeout(60)
class CallDependenciesTest {
  private static final CallDependencies.Effort PATIENT =
      new CallDependencies.Effort(TimeUnit.MINUTES.toNanos(1), 0, CallDependencies.MAX_CLASSES);

  private static final String PROGRAM = Inventory.class.getName();

  @TempDir Path folder;

  /** The classes that a loader finds. */
  private static final class Found implements ClassSource {
    private final ClassLoader loader;

    Found(ClassLoader loader) {
      this.loader = loader;
    }

    @Override
    public byte[] classFile(String className) {
      String path = className.replace('.', '/') + ".class";
      try (InputStream in = loader.getResourceAsStream(path)) {
        return in == null ? null : in.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public List<Packed> pack(Collection<String> names, long maxBytes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] packed(String className) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] here(String className) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void keep(String className, byte[] packed) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean add(ClassLoader other) {
      throw new UnsupportedOperationException();
    }

    @Override
    public byte[] firstStageJar(boolean console) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Iterable<String> bundle(String name) {
      throw new UnsupportedOperationException();
    }
  }

  private static CallDependencies.Result follow(String function, String... values) {
    return follow(CallDependenciesTest.class.getClassLoader(), function, values);
  }

  private static CallDependencies.Result follow(
      ClassLoader loader, String function, String... values) {
    ClassFiles files = new ClassFiles(new Found(loader));
    return CallDependencies.of(files, function, List.of(values), PATIENT);
  }

  @Test
  void nothingBelongsToAFunctionOfTheJdk() {
    CallDependencies.Result closure = follow("java.lang.System;getProperty;(Ljava/lang/String;)V");

    assertThat(closure.classes).isEmpty();
    assertThat(closure.missing).isFalse();
  }

  @Test
  void aFunctionOfTheLibraryBringsItsClassOnly() {
    assertThat(follow("org.mitogen4j.Functions$RemoteFunction0;call;()Ljava/lang/Object;").classes)
        .containsOnlyKeys("org.mitogen4j.Functions$RemoteFunction0");
  }

  @Test
  void aClassThatIsNotToBeHadIsReported() {
    assertThat(follow("app.Nothing;run;()V").missing).isTrue();
  }

  @Test
  void eachClassComesWithTheReasonForIt() {
    assertThat(follow(PROGRAM + ";report;(Ljava/lang/String;)Ljava/lang/String;").classes)
        .containsEntry(PROGRAM, "called")
        .containsEntry(PROGRAM + "$Item", "referenced by " + PROGRAM + ".report")
        .containsEntry(PROGRAM + "$Thing", "loaded with " + PROGRAM + "$Item")
        .containsEntry(PROGRAM + "$Heavy", "looked at by the verifier in " + PROGRAM + "$Item")
        .containsEntry("org.mitogen4j.Router", "in a method's signature in " + PROGRAM)
        .doesNotContainKeys(PROGRAM + "$Circle", PROGRAM + "$Pi", PROGRAM + "$Other");
  }

  @Test
  void aFunctionThatUsesTheApiSaysSo() {
    assertThat(follow(PROGRAM + ";report;(Ljava/lang/String;)Ljava/lang/String;").usesApi)
        .isFalse();
    assertThat(follow(PROGRAM + ";nested;(Ljava/lang/String;)Ljava/lang/String;").usesApi).isTrue();
  }

  @Test
  void anArgumentsClassCountsAsMade() {
    String function =
        PROGRAM + ";take;(Lorg/mitogen4j/programs/Inventory$Order;)Ljava/lang/String;";

    assertThat(follow(function, PROGRAM + "$Line").classes)
        .containsEntry(PROGRAM + "$Line", "argument");
  }

  private void compile(String source) throws IOException {
    Path file = Files.writeString(folder.resolve("Program.java"), source);
    int failed =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.toString(), file.toString());
    assertThat(failed).isZero();
  }

  @Test
  void aHugeProgramIsCutOff() throws Exception {
    StringBuilder source = new StringBuilder();
    int classes = CallDependencies.MAX_CLASSES + 100;
    for (int i = 0; i < classes; i++) {
      source.append("class C" + i + " { static int go() { return C" + (i + 1) + ".go(); } }\n");
    }
    source.append("class C" + classes + " { static int go() { return 1; } }\n");
    compile(source.toString());

    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      CallDependencies.Result closure = follow(loader, "C0;go;()I");

      assertThat(closure.classes).hasSize(CallDependencies.MAX_CLASSES);
      assertThat(closure.cut).isTrue();
    }
  }

  @Test
  void theExceptionsThatAClassCatchesBelongToItAlsoWhereNothingIsProbed() {
    ClassFiles files = new ClassFiles(new Found(CallDependenciesTest.class.getClassLoader()));
    CallDependencies search = CallDependencies.after(files, null, null);
    search.ask(Annotated.class.getName() + "$Calls");

    assertThat(search.next(100, TimeUnit.MINUTES.toNanos(1)))
        .contains(Annotated.class.getName() + "$Catches", Annotated.class.getName() + "$Thrown");
  }

  @Test
  void theAnnotationsOfAClassThatIsLookedAtBelongToIt() {
    String looks = Annotated.class.getName();
    String function = looks + ";annotations;()I";

    assertThat(follow(function).classes)
        .containsKeys(looks + "$Looked", looks + "$Marked", looks + "$Marker");
  }

  @Test
  void whatTheRunningCodeNamesComesFirstWhenAChildAsksForSomethingThatItNames() throws Exception {
    compile(
        """
        class Head { static Runnable[] run() { return new Runnable[] {Body::one, Body::two}; } }
        class Body { static void one() { new First(); } static void two() { new Second(); } }
        class First { void self() { new Unrelated(); } }
        class Second {}
        class Unrelated {}
        """);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      CallDependencies search =
          CallDependencies.after(new ClassFiles(new Found(loader)), null, null);
      search.ask("Head");
      assertThat(search.next(1, TimeUnit.MINUTES.toNanos(1))).containsExactly("Body");

      search.ask("First");

      assertThat(search.next(1, TimeUnit.MINUTES.toNanos(1))).containsExactly("Second");
    }
  }

  @Test
  void aClassThatAResourceNamesIsLookedAtByReflection() throws Exception {
    compile(
        """
        package plug;
        class Main { static String run() { return "/plug/list.properties"; } }
        class Plugin { Part part; }
        class Part {}
        """);
    Files.writeString(folder.resolve("plug/list.properties"), "first=plug.Plugin\n");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      ClassFiles files = new ClassFiles(new ProgramClasses(Master.kernel(), loader));

      assertThat(
              CallDependencies.of(files, "plug.Main;run;()Ljava/lang/String;", List.of(), PATIENT)
                  .classes)
          .containsKeys("plug.Plugin", "plug.Part");
    }
  }

  @Test
  void theProvidersThatAFactoryOfTheJdkLooksForBelongToACallOfIt() throws Exception {
    compile(
        """
        package spi;
        class Main {
          static Object xml() throws Exception {
            return javax.xml.transform.TransformerFactory.newInstance();
          }
          static Object script() { return new javax.script.ScriptEngineManager(); }
        }
        class Xml { Xml() { new Part(); } }
        class Script {}
        class Part {}
        """);
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(services.resolve("javax.xml.transform.TransformerFactory"), "spi.Xml\n");
    Files.writeString(services.resolve("javax.script.ScriptEngineFactory"), "spi.Script\n");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      ClassFiles files = new ClassFiles(new ProgramClasses(Master.kernel(), loader));

      assertThat(searched(files, "spi.Main;xml;()Ljava/lang/Object;"))
          .contains("spi.Xml", "spi.Part", ";" + list("javax.xml.transform.TransformerFactory"))
          .doesNotContain("spi.Script");
      assertThat(searched(files, "spi.Main;script;()Ljava/lang/Object;"))
          .contains("spi.Script", ";" + list("javax.script.ScriptEngineFactory"));
    }
  }

  private static Collection<String> searched(ClassFiles files, String function) {
    return CallDependencies.of(files, function, List.of(), PATIENT).classes.keySet();
  }

  static String list(String service) {
    return "META-INF/services/" + service;
  }

  @Test
  void theConstantPartOfATextThatIsJoinedIsSeen() throws Exception {
    String name = CallDependenciesTest.class.getName();
    ClassFile file =
        new ClassFile(new Found(CallDependenciesTest.class.getClassLoader()).classFile(name));
    ClassFile.Member list = file.members.get("list(Ljava/lang/String;)Ljava/lang/String;");

    assertThat(file.references(list))
        .anyMatch(r -> r.instruction == ClassFile.TEXT && r.owner.startsWith("META-INF/services/"));
  }

  @Test
  void everyMethodOfTheJdkCanBeRead() throws Exception {
    int read = 0;
    Path modules = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base");
    try (Stream<Path> files = Files.walk(modules)) {
      for (Path path : files.filter(p -> p.toString().endsWith(".class")).toList()) {
        ClassFile file = new ClassFile(Files.readAllBytes(path));
        for (ClassFile.Member member : file.members.values()) {
          file.references(member);
          read++;
        }
        assertThat(file.verified()).doesNotContainNull();
        assertThat(file.caught()).doesNotContainNull();
        assertThat(file.described()).noneMatch(name -> name.contains("/"));
      }
    }

    assertThat(read).isGreaterThan(10_000);
  }
}
