package org.mitogen4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.Local;

/** Classes of all kinds load in a child as they do in the program. */
@Timeout(60)
class ClassCornersTest {
  private static final int MANY = 60;

  /** What compilers of other languages make of names, and no Java compiler accepts. */
  private static final String ODD = "it's 100% (really?) #1$1<x>|*\"";

  @TempDir static Path folder;
  private static Path first;
  private static Path second;
  private static Path lib;
  private static URLClassLoader loader;
  private Router router;
  private Context child;

  @BeforeAll
  static void aProgramInTwoJarsOfOnePackage() throws Exception {
    Path src = folder.resolve("src");
    List<Path> sources = new ArrayList<>();
    try (InputStream in =
        ClassCornersTest.class.getResourceAsStream("/sources/corners/Corners.java")) {
      sources.add(
          CompiledProgram.write(
              src.resolve("corners/Corners.java"), new String(in.readAllBytes(), UTF_8)));
    }
    sources.add(
        CompiledProgram.write(
            src.resolve("corners/Hidden.java"),
            "package corners; class Hidden { static String text() { return \"hidden\"; } }"));
    for (int i = 0; i < MANY; i++) {
      String parent = i == 0 ? "" : " extends C" + (i / 2);
      String other = "C" + (i * 7 + 3) % MANY;
      sources.add(
          CompiledProgram.write(
              src.resolve("corners/many/C" + i + ".java"),
              "package corners.many; public class C"
                  + i
                  + parent
                  + " {"
                  + " public C"
                  + i
                  + "() {}"
                  + " static Object make(boolean b) { return b ? new "
                  + other
                  + "() : new C"
                  + i
                  + "(); }"
                  + " public static int sum() {"
                  + " Object o = make(true); return o instanceof "
                  + other
                  + " ? "
                  + i
                  + " : -1; } }"));
    }
    Path all = folder.resolve("all");
    CompiledProgram.compile(all, "17", Jdks.library(), sources.toArray(new Path[0]));
    Path hidden = folder.resolve("hidden");
    Files.createDirectories(hidden.resolve("corners"));
    Files.move(all.resolve("corners/Hidden.class"), hidden.resolve("corners/Hidden.class"));
    String placeholder = "Odd" + "0".repeat(ODD.length() - "Odd".length());
    Path odd =
        CompiledProgram.write(
            src.resolve("odd/" + placeholder + ".java"),
            "package odd; public class " + placeholder + " {}");
    CompiledProgram.compile(folder.resolve("odd"), "8", Jdks.library(), odd);
    String file =
        Files.readString(
            folder.resolve("odd/odd/" + placeholder + ".class"), StandardCharsets.ISO_8859_1);
    Files.createDirectories(hidden.resolve("odd"));
    Files.writeString(
        hidden.resolve("odd/" + ODD + ".class"),
        file.replace(placeholder, ODD),
        StandardCharsets.ISO_8859_1);
    first = CompiledProgram.jar(folder.resolve("first.jar"), all);
    second = CompiledProgram.jar(folder.resolve("second.jar"), hidden);
    lib = library("lib", "the program's");
    sign(second);
    loader = CompiledProgram.loader(first, second, lib);
  }

  @BeforeEach
  void connect() throws Exception {
    router = Router.create();
    child = router.connect(Local.create());
  }

  @AfterEach
  void closeRouter() {
    router.close();
  }

  private static Path library(String name, String text) throws Exception {
    Path source =
        CompiledProgram.write(
            folder.resolve(name + "-src/lib/inner/Lib.java"),
            "package lib.inner; public class Lib { public static String text() { return \""
                + text
                + "\"; } }");
    Path classes = folder.resolve(name);
    CompiledProgram.compile(classes, "8", Jdks.library(), source);
    CompiledProgram.write(classes.resolve("lib/inner/data.txt"), text);
    return CompiledProgram.jar(folder.resolve(name + ".jar"), classes);
  }

  private static void sign(Path jar) throws Exception {
    String bin = System.getProperty("java.home") + "/bin/";
    String keys = folder.resolve("keys").toString();
    Jdks.run(
        List.of(
            bin + "keytool",
            "-genkeypair",
            "-keystore",
            keys,
            "-storepass",
            "secret1",
            "-alias",
            "a",
            "-keyalg",
            "EC",
            "-dname",
            "CN=test"));
    String said =
        Jdks.run(
            List.of(
                bin + "jarsigner",
                "-keystore",
                keys,
                "-storepass",
                "secret1",
                jar.toString(),
                "a"));
    assertThat(said).contains("jar signed");
  }

  @AfterAll
  static void close() throws Exception {
    loader.close();
  }

  private static Object call(ClassLoader from, Context in, String function, String argument)
      throws Exception {
    try {
      return Class.forName("corners.Corners", true, from)
          .getMethod("call", Context.class, String.class, String.class)
          .invoke(null, in, function, argument);
    } catch (InvocationTargetException e) {
      throw (Exception) e.getCause();
    }
  }

  private Object call(String function, String argument) throws Exception {
    return call(loader, child, function, argument);
  }

  @Test
  void manyThreadsLoadClassesThatNeedEachOther() throws Exception {
    assertThat(call("parallel", "" + MANY)).isEqualTo("[" + MANY * (MANY - 1) / 2 + "]");
  }

  @Test
  void anInterruptedThreadLoadsAndStaysInterrupted() throws Exception {
    assertThat(call("interrupted", "")).isEqualTo("C0 true");
  }

  @Test
  void anInitializerThatFailsFailsAsEver() throws Exception {
    assertThat(call("initializer", ""))
        .isEqualTo("[ExceptionInInitializerError, NoClassDefFoundError]");
  }

  @Test
  void recordsSealedTypesEnumsAndNestMatesAreWhatTheyWere() throws Exception {
    assertThat(call("shapes", "")).isEqualTo("Circle[radius=2] 2 56 14 Corners");
  }

  @Test
  void aPackageMayComeFromTwoJarsOneOfThemSigned() throws Exception {
    assertThat(call("split", "")).isEqualTo("hidden [first.jar, second.jar] true");
  }

  static String placeOf(String className) throws ClassNotFoundException {
    Class<?> type = Class.forName(className);
    return type.getProtectionDomain().getCodeSource().getLocation() + " " + type.getPackage();
  }

  @Test
  void aClassOfAJarThatAFirstCallOfAFolderNamesKnowsItsPlace() throws Exception {
    assertThat(child.call(ClassCornersTest::placeOf, "org.assertj.core.api.Assertions"))
        .contains("/assertj-core-")
        .contains(".jar package org.assertj.core.api");
  }

  @Test
  void aClassMayHaveAnyNameThatTheJvmAccepts() throws Exception {
    assertThat(call("load", "odd." + ODD)).isEqualTo("odd." + ODD);
  }

  @Test
  void aClassThatIsNowhereIsSaidToBe() {
    assertThatThrownBy(() -> call("load", "corners.Nothing"))
        .hasMessageContaining("corners.Nothing")
        .hasMessageContaining("the program in the master has no such class");
  }

  @Test
  void aHiddenClassIsRefusedWithWhatToDo() throws Exception {
    byte[] bytes;
    try (InputStream in = Visible.class.getResourceAsStream("ClassCornersTest$Visible.class")) {
      bytes = in.readAllBytes();
    }
    Class<?> hidden = MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();

    assertThat(child.call(Visible.class, "text")).isEqualTo("seen");
    assertThatThrownBy(() -> child.call(hidden, "text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hidden classes")
        .hasMessageContaining("Call a function of a class that is in a jar or folder");
  }

  static final class Visible {
    static String text() {
      return "seen";
    }
  }

  /** Keeps its classes' bytes, and gives them as resources: as code generators may. */
  private static final class Generated extends ClassLoader {
    private final byte[] bytes;

    Generated(byte[] bytes, ClassLoader parent) {
      super(parent);
      this.bytes = bytes;
    }

    Class<?> define() {
      return defineClass(null, bytes, 0, bytes.length);
    }

    @Override
    public InputStream getResourceAsStream(String name) {
      return name.endsWith("/Made.class")
          ? new ByteArrayInputStream(bytes)
          : super.getResourceAsStream(name);
    }

    @Override
    protected URL findResource(String name) {
      try {
        return name.endsWith("/Made.class")
            ? new URL(null, "generated:/" + name, new Opener(bytes))
            : null;
      } catch (MalformedURLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static final class Opener extends URLStreamHandler {
    private final byte[] bytes;

    Opener(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    protected URLConnection openConnection(URL url) {
      return new URLConnection(url) {
        @Override
        public void connect() {}

        @Override
        public InputStream getInputStream() {
          return new ByteArrayInputStream(bytes);
        }
      };
    }
  }

  @Test
  void aClassThatIsMadeAtRunTimeIsSentWhereItsLoaderGivesItsBytes() throws Exception {
    Path source =
        CompiledProgram.write(
            folder.resolve("made-src/made/Made.java"),
            "package made; public class Made { public static String text() { return \"made\"; } }");
    CompiledProgram.compile(folder.resolve("made"), "8", Jdks.library(), source);
    byte[] bytes = Files.readAllBytes(folder.resolve("made/made/Made.class"));

    Class<?> made = new Generated(bytes, ClassCornersTest.class.getClassLoader()).define();

    assertThat(child.call(made, "text")).isEqualTo("made");
  }

  @Test
  void classesOfALoadersParentsComeAlong() throws Exception {
    URLClassLoader parent =
        new URLClassLoader(
            new URL[] {second.toUri().toURL(), lib.toUri().toURL()},
            ClassCornersTest.class.getClassLoader());
    try (parent;
        URLClassLoader below = new URLClassLoader(new URL[] {first.toUri().toURL()}, parent);
        Router fresh = Router.create()) {
      Context other = fresh.connect(Local.create());
      assertThat((String) call(below, other, "place", "lib.inner.Lib"))
          .startsWith("the program's mitogen:/")
          .endsWith("/lib.jar");
    }
  }

  @Test
  void aFunctionOfAnotherClassOfTheSameNameIsRefused() throws Exception {
    Path newer = library("newer", "the newer one");
    Path same = library("same", "the program's");
    try (URLClassLoader other = CompiledProgram.loader(newer);
        URLClassLoader equal = CompiledProgram.loader(same);
        Router fresh = Router.create()) {
      Class<?> first = Class.forName("lib.inner.Lib", false, loader);
      Class<?> second = Class.forName("lib.inner.Lib", false, other);
      Class<?> third = Class.forName("lib.inner.Lib", false, equal);

      assertThat(child.call(first, "text")).isEqualTo("the program's");
      assertThat(child.call(third, "text")).isEqualTo("the program's");
      assertThatThrownBy(() -> child.call(second, "text"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("lib.jar!/lib/inner/Lib.class")
          .hasMessageContaining("newer.jar!/lib/inner/Lib.class")
          .hasMessageContaining("Use a router for each class loader");
      assertThat(fresh.connect(Local.create()).call(second, "text")).isEqualTo("the newer one");
    }
  }

  @Test
  void aFunctionThatUsesAnotherClassOfTheSameNameIsWarnedOf() throws Exception {
    Path newer = library("used", "the newer one");
    Path source =
        CompiledProgram.write(
            folder.resolve("user-src/user/User.java"),
            "package user; public class User { public static String text() {"
                + " return lib.inner.Lib.text(); } }");
    Path user = folder.resolve("user");
    CompiledProgram.compile(user, "8", newer.toString(), source);
    try (URLClassLoader other = CompiledProgram.loader(newer, user);
        Logged log = new Logged()) {
      child.call(Class.forName("lib.inner.Lib", false, loader), "text");
      child.call(Class.forName("user.User", false, other), "text");

      assertThat(log.warnings())
          .singleElement()
          .asString()
          .contains("lib.inner.Lib", "lib.jar", "used.jar");
    }
  }

  @Test
  void whatIsDeniedStaysInTheMaster() throws Exception {
    try (Router some = Router.create(RouterOptions.defaults().deny("lib"))) {
      Context other = some.connect(Local.create());
      assertThatThrownBy(() -> call(loader, other, "load", "lib.inner.Lib"))
          .hasMessageContaining("RouterOptions");
      assertThat(call(loader, other, "resource", "lib/inner/data.txt")).isEqualTo(false);
      assertThat(call(loader, other, "resource", "corners/Corners.class")).isEqualTo(true);
    }
  }

  @Test
  void onlyWhatIsAllowedLeavesTheMaster() throws Exception {
    try (Router some = Router.create(RouterOptions.defaults().allow("corners"))) {
      Context other = some.connect(Local.create());
      assertThat(call(loader, other, "load", "corners.many.C1")).isEqualTo("corners.many.C1");
      assertThatThrownBy(() -> call(loader, other, "load", "lib.inner.Lib"))
          .hasMessageContaining("lib.inner.Lib");
    }
  }

  @Test
  void aProvidedPackageComesFromTheChildsOwnClassPath() throws Exception {
    Path own = library("own", "the child's");
    try (Router some = Router.create(RouterOptions.defaults().provided("lib.inner"))) {
      Context other = some.connect(Local.create().classPath(own.toString()));
      Context without = some.connect(Local.create());

      assertThat(call(loader, other, "place", "lib.inner.Lib"))
          .isEqualTo("the child's " + own.toUri().toURL());
      assertThat(call(loader, other, "resource", "lib/inner/data.txt")).isEqualTo(true);
      assertThatThrownBy(() -> call(loader, without, "load", "lib.inner.Lib"))
          .hasMessageContaining("is not on the class path []");
    }
  }
}
