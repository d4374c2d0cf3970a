package programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import programs.Processes.Jar;

/** Programs work in children however they are packed: each test starts a real one. */
@Timeout(60)
class PackagingTest {
  /** Where the build puts what is not to be on the tests' own class path. */
  private static final Path TOOLS = Path.of("target/tools").toAbsolutePath();

  private static final String EXPECTED = "[1] some text greetings\nlambda 2";

  @TempDir static Path folder;
  private static Path classes;
  private static Path app;
  private static Path library;
  private static List<Path> jackson;

  @BeforeAll
  static void compile() throws Exception {
    jackson = Processes.onClassPath("jackson-");
    library = folder.resolve("mitogen4j.jar");
    List<Path> own =
        Processes.onClassPath("library/target/classes", "/mitogen4j-0", "mitogen4j.jar");
    if (Files.isDirectory(own.get(0))) {
      try (Jar jar = new Jar(library, "Automatic-Module-Name: org.mitogen4j")) {
        jar.folder("", own.get(0));
      }
    } else {
      Files.copy(own.get(0), library);
    }
    classes = folder.resolve("classes");
    Path src = folder.resolve("src/pkg");
    List<Object> sources = new ArrayList<>();
    for (String name : List.of("Hello", "Greeting", "Polite")) {
      sources.add(Processes.resource("/packagings/" + name + ".java", src.resolve(name + ".java")));
    }
    Processes.javac(classes, path(), sources.toArray());
    Files.writeString(classes.resolve("pkg/text.txt"), "some text\n");
    app = folder.resolve("app.jar");
    write(classes.resolve("META-INF/services/pkg.Greeting"), "pkg.Polite\n");
    try (Jar jar = new Jar(app)) {
      jar.folder("", classes);
    }
  }

  private static void write(Path file, String text) throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** The library and Jackson, behind these. */
  private static String path(Path... first) {
    List<Path> all = new ArrayList<>(List.of(first));
    all.add(library);
    all.addAll(jackson);
    return Processes.path(all);
  }

  @Test
  void classesAreFoundInFolders() throws Exception {
    assertThat(Processes.run("java", "-cp", path(classes), "pkg.Hello")).isEqualTo(EXPECTED);
  }

  @Test
  void classesAreFoundInJars() throws Exception {
    assertThat(Processes.run("java", "-cp", path(app), "pkg.Hello")).isEqualTo(EXPECTED);
  }

  @Test
  void classesAreFoundByTheClassPathOfAManifest() throws Exception {
    List<String> names = new ArrayList<>(List.of("mitogen4j.jar"));
    for (Path jar : jackson) {
      names.add(jar.toUri().toString());
    }
    Path main = folder.resolve("by-manifest.jar");
    String line = "Class-Path: " + String.join(" ", names);
    StringBuilder folded = new StringBuilder();
    for (int i = 0; i < line.length(); i += 70) {
      folded.append(i == 0 ? "" : "\n ").append(line, i, Math.min(line.length(), i + 70));
    }
    try (Jar jar = new Jar(main, "Main-Class: pkg.Hello", folded.toString())) {
      jar.folder("", classes);
    }
    assertThat(Processes.run("java", "-jar", main)).isEqualTo(EXPECTED);
  }

  @Test
  void classesAreFoundInAnUberJar() throws Exception {
    Path uber = folder.resolve("uber.jar");
    try (Jar jar = new Jar(uber, "Main-Class: pkg.Hello")) {
      jar.folder("", classes).contents(library);
      for (Path each : jackson) {
        jar.contents(each);
      }
    }
    assertThat(Processes.run("java", "-jar", uber)).isEqualTo(EXPECTED);
  }

  private static String boot(String version, String launcher) throws Exception {
    Path boot = folder.resolve("boot-" + version + ".jar");
    try (Jar jar =
        new Jar(
            boot,
            "Main-Class: " + launcher,
            "Start-Class: pkg.Hello",
            "Spring-Boot-Version: " + version,
            "Spring-Boot-Classes: BOOT-INF/classes/",
            "Spring-Boot-Lib: BOOT-INF/lib/")) {
      jar.contents(TOOLS.resolve("spring-boot-loader-" + version + ".jar"));
      jar.folder("BOOT-INF/classes/", classes);
      jar.nested("BOOT-INF/lib/", library);
      for (Path each : jackson) {
        jar.nested("BOOT-INF/lib/", each);
      }
    }
    return Processes.run("java", "-jar", boot);
  }

  @Test
  void classesAreFoundInANestedJarOfSpringBoot2() throws Exception {
    assertThat(boot("2.7.18", "org.springframework.boot.loader.JarLauncher")).isEqualTo(EXPECTED);
  }

  @Test
  void classesAreFoundInANestedJarOfSpringBoot3() throws Exception {
    assertThat(boot("3.3.5", "org.springframework.boot.loader.launch.JarLauncher"))
        .isEqualTo(EXPECTED);
  }

  @Test
  void classesAreFoundInANamedModuleWhoseResourcesAreItsOwn() throws Exception {
    Path module = folder.resolve("module");
    Path info = folder.resolve("module-src/module-info.java");
    Processes.resource("/packagings/module-info.java.txt", info);
    List<Object> sources = new ArrayList<>(List.of("--module-path", path(), info));
    for (String name : List.of("Hello", "Greeting", "Polite")) {
      sources.add(folder.resolve("src/pkg/" + name + ".java"));
    }
    Processes.javac(module, null, sources.toArray());
    Files.writeString(module.resolve("pkg/text.txt"), "some text\n");
    Path jar = folder.resolve("module.jar");
    try (Jar out = new Jar(jar)) {
      out.folder("", module);
    }

    for (Path packed : List.of(module, jar)) {
      assertThat(Processes.run("java", "--module-path", path(packed), "-m", "my.app/pkg.Hello"))
          .isEqualTo(EXPECTED);
    }
  }

  @Test
  void classesAreFoundInAModuleThatIsLinkedIntoAnImage() throws Exception {
    Path linked = folder.resolve("linked");
    Path info = folder.resolve("linked-src/module-info.java");
    write(info, "module my.linked { exports linked; }");
    Path source = folder.resolve("linked-src/linked/Linked.java");
    Processes.resource("/packagings/Linked.java", source);
    Processes.javac(linked, null, info, source);
    write(linked.resolve("linked/hidden/text.txt"), "linked text");
    Path image = folder.resolve("image");
    Processes.run(
        "jlink",
        "--module-path",
        linked,
        "--add-modules",
        "my.linked,java.logging,java.management,jdk.zipfs",
        "--output",
        image);
    Path uses = folder.resolve("uses");
    Path main = folder.resolve("uses-src/pkg/UsesLinked.java");
    Processes.resource("/packagings/UsesLinked.java", main);
    Processes.javac(uses, library + File.pathSeparator + linked, main);

    String plain = System.getProperty("java.home") + "/bin/java";
    for (Object java : List.of(image.resolve("bin/java"), plain)) {
      assertThat(
              Processes.run(
                  image.resolve("bin/java").toString(),
                  "-cp",
                  uses + File.pathSeparator + library,
                  "pkg.UsesLinked",
                  java))
          .isEqualTo("linked text Linked");
    }
  }

  @Test
  void classesOfASourceFileAreFound() throws Exception {
    Path source = Processes.resource("/packagings/Script.java", folder.resolve("Script.java"));
    assertThat(Processes.run("java", "-cp", path(), source)).isEqualTo("[1] p3");
  }

  @Test
  void classesOfAJBangScriptAreFound() throws Exception {
    Path source = Processes.resource("/packagings/Script.java", folder.resolve("jb/Script.java"));
    String jbang =
        String.format(
            "java -cp '%s' dev.jbang.Main --quiet run --offline --cp '%s' '%s'",
            tools("jbang"), path(), source);
    // as the script of JBang does: what its Java program prints is the command to run
    String script =
        String.format(
            "PATH='%s/bin':$PATH; export JBANG_DIR='%s'; run=`%s`; [ $? = 255 ] && eval \"$run\"",
            System.getProperty("java.home"), folder.resolve("jb/cache"), jbang);

    assertThat(Processes.run("/bin/sh", "-c", script)).isEqualTo("[1] p3");
  }

  @Test
  void functionsInKotlinRun() throws Exception {
    Path source = Processes.resource("/packagings/Hello.kt", folder.resolve("Hello.kt"));
    Path out = folder.resolve("kotlin");
    List<Path> stdlib = Processes.onClassPath("kotlin-stdlib");
    Processes.run(
        "java",
        "-cp",
        tools("kotlin"),
        "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler",
        "-no-stdlib",
        "-no-reflect",
        "-nowarn",
        "-cp",
        library + File.pathSeparator + Processes.path(stdlib),
        "-d",
        out,
        source);
    assertThat(
            Processes.run(
                "java",
                "-cp",
                out + File.pathSeparator + path() + File.pathSeparator + Processes.path(stdlib),
                "pkg.HelloKt"))
        .isEqualTo("CIRCLE 3, NOTHING Point(x=1, y=3)");
  }

  @Test
  void functionsInGroovyRun() throws Exception {
    Path source = Processes.resource("/packagings/Hello.groovy", folder.resolve("Hello.groovy"));
    Path out = folder.resolve("groovy");
    Files.createDirectories(out);
    List<Path> groovy = Processes.onClassPath("groovy-4");
    String all = library + File.pathSeparator + Processes.path(groovy);
    Processes.run(
        "java", "-cp", all, "org.codehaus.groovy.tools.FileSystemCompiler", "-d", out, source);
    assertThat(Processes.run("java", "-cp", out + File.pathSeparator + all, "pkg.Hello"))
        .isEqualTo("30 Integer");
  }

  @Test
  void functionsInScalaRun() throws Exception {
    Path source = Processes.resource("/packagings/Hello.scala", folder.resolve("Hello.scala"));
    Path out = folder.resolve("scala");
    Files.createDirectories(out);
    String all = library + File.pathSeparator + tools("scala");
    Processes.run(
        "java", "-cp", tools("scala"), "scala.tools.nsc.Main", "-cp", all, "-d", out, source);
    assertThat(Processes.run("java", "-cp", out + File.pathSeparator + all, "pkg.Hello"))
        .isEqualTo("circle 3,nothing Point(1,3)");
  }

  /** The jars of a compiler, which the build puts into a folder. */
  private static String tools(String name) throws Exception {
    try (Stream<Path> jars = Files.list(TOOLS.resolve(name))) {
      return Processes.path(jars.sorted().collect(Collectors.toList()));
    }
  }
}
