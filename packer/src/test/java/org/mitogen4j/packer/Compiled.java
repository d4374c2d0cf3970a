package org.mitogen4j.packer;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles small sources the way the library is compiled: for Java 8, with debug information. */
final class Compiled {
  private Compiled() {}

  /** Writes the classes of the sources, each of which starts with its package, into a folder. */
  static void into(Path classes, String... sources) throws IOException {
    Path folder = Files.createDirectories(classes.resolveSibling(classes.getFileName() + "-src"));
    List<Path> files = new ArrayList<>();
    for (String source : sources) {
      Path file = folder.resolve(nameOf(source) + ".java");
      files.add(Files.writeString(file, source));
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of("--release", "8", "-Xlint:-options", "-g", "-d", classes.toString());
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      boolean done =
          compiler
              .getTask(
                  messages,
                  manager,
                  null,
                  options,
                  null,
                  manager.getJavaFileObjectsFromPaths(files))
              .call();
      if (!done) {
        throw new AssertionError(messages);
      }
    }
  }

  private static String nameOf(String source) {
    String[] words = source.split("\\W+");
    for (int i = 0; i < words.length; i++) {
      if (words[i].equals("class") || words[i].equals("interface") || words[i].equals("enum")) {
        return words[i + 1];
      }
    }
    throw new AssertionError("no type in: " + source);
  }
}
