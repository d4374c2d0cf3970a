package org.mitogen4j;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A program that is compiled by a test, and what it is put into. */
final class CompiledProgram {
  private CompiledProgram() {}

  /** Compiles source files, each for the version of Java and with the class path given. */
  static void compile(Path into, String release, String classPath, Path... sources)
      throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Files.createDirectories(into);
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "--release",
              release,
              "-nowarn",
              "-proc:none",
              "-Xlint:-options",
              "-cp",
              classPath,
              "-d",
              into.toString());
      boolean compiled =
          compiler
              .getTask(said, files, null, options, null, files.getJavaFileObjects(sources))
              .call();
      if (!compiled) {
        throw new IllegalStateException(said.toString());
      }
    }
  }

  /** Compiles a package of two classes: Main, whose {@code run} returns "runs", and Other. */
  static void compilePair(Path into, String inPackage) throws IOException {
    Path source =
        write(
            into.resolve("Main.java"),
            "package "
                + inPackage
                + ";\n"
                + "public class Main { public static String run() { return \"runs\"; } }\n"
                + "class Other {}\n");
    compile(into, "8", "", source);
  }

  /** Writes a file with its folders. */
  static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** Puts a folder into a jar, with entries for its folders. */
  static Path jar(Path jar, Path folder, String... manifest) throws IOException {
    Manifest lines =
        new Manifest(
            new java.io.ByteArrayInputStream(
                ("Manifest-Version: 1.0\n" + String.join("\n", manifest) + "\n\n")
                    .getBytes(UTF_8)));
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, lines);
        Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all.sorted()::iterator) {
        String name = folder.relativize(path).toString();
        if (!name.isEmpty()) {
          boolean isFolder = Files.isDirectory(path);
          out.putNextEntry(new ZipEntry(isFolder ? name + "/" : name));
          if (!isFolder) {
            Files.copy(path, out);
          }
          out.closeEntry();
        }
      }
    }
    return jar;
  }

  /** A class loader of a program that uses this library. */
  static URLClassLoader loader(Path... places) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (Path place : places) {
      urls.add(place.toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(new URL[0]), CompiledProgram.class.getClassLoader());
  }
}
