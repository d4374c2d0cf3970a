package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.junit.Child;
import org.mitogen4j.junit.MitogenTest;

/** Classes know in a child the jar or folder that they come from in the program. */
@Timeout(60)
@MitogenTest
class ClassPlacesTest {
  @TempDir Path folder;

  private Path compile(String into, String name, String body, String classPath) throws Exception {
    int dot = name.lastIndexOf('.');
    String inPackage = dot < 0 ? "" : "package " + name.substring(0, dot) + ";";
    Path source =
        CompiledProgram.write(
            folder.resolve(into + "-src/" + name.replace('.', '/') + ".java"),
            inPackage + " public class " + name.substring(dot + 1) + " { " + body + " }");
    CompiledProgram.compile(folder.resolve(into), "8", classPath, source);
    return folder.resolve(into);
  }

  private static String placeOf(String type) {
    return type + ".class.getProtectionDomain().getCodeSource().getLocation().toString()";
  }

  /** A jar as many build tools make them: without entries for folders. */
  private Path jarOfFile(String jar, Path root, String name) throws Exception {
    Path file = folder.resolve(jar);
    try (OutputStream bytes = Files.newOutputStream(file);
        JarOutputStream out = new JarOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry(name));
      Files.copy(root.resolve(name), out);
    }
    return file;
  }

  @Test
  void aClassWithoutAPackageKnowsItsPlace(@Child(Child.Kind.LOCAL) Context child) throws Exception {
    Path classes =
        compile("top", "Top", "public static String at() { return " + placeOf("Top") + "; }", "");

    try (URLClassLoader loader = CompiledProgram.loader(classes)) {
      assertThat((String) child.call(loader.loadClass("Top"), "at")).endsWith("/top.jar");
    }
  }

  @Test
  void aPackageMayComeFromJarsWithoutEntriesForItsFolder(@Child(Child.Kind.LOCAL) Context child)
      throws Exception {
    Path first = compile("first", "p.Part", "public static String of() { return \"first\"; }", "");
    Path second =
        compile("second", "p.Part", "public static String of() { return \"second\"; }", "");
    Path main =
        compile(
            "main",
            "p.Main",
            "public static String at() { return Part.of() + "
                + placeOf("Part")
                + " + \" \" + "
                + placeOf("Main")
                + "; }",
            first.toString());
    Path firstJar = jarOfFile("a first+one.jar", first, "p/Part.class");
    Path secondJar = jarOfFile("second.jar", second, "p/Part.class");

    try (URLClassLoader loader = CompiledProgram.loader(main, firstJar, secondJar)) {
      assertThat((String) child.call(loader.loadClass("p.Main"), "at"))
          .matches("firstmitogen:/[0-9]+/a_20first[+]one.jar mitogen:/[0-9]+/main.jar");
    }
  }

  static String load(String name) throws ClassNotFoundException {
    return Class.forName(name).getName();
  }

  @Test
  void theNameOfAPackageIsNoClass(@Child(Child.Kind.LOCAL) Context child) throws Exception {
    assertThat(child.call(ClassPlacesTest::load, "org.assertj.core.api.Assertions")).isNotNull();
    assertThatThrownBy(() -> child.call(ClassPlacesTest::load, "org.assertj.core.api."))
        .hasMessageContaining("ClassNotFoundException: org.assertj.core.api.");
  }
}
