package programs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/** Runs the JDK's tools and other programs, and packs jars. */
final class Processes {
  private static final int SECONDS = 55;
  private static final String JAVA_HOME = System.getProperty("java.home");

  private Processes() {}

  /** Runs one of the JDK's programs to its end; the result is what it printed. */
  static String run(String tool, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(tool.startsWith("/") ? tool : JAVA_HOME + "/bin/" + tool);
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    File printed = File.createTempFile("printed", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(printed)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
      boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      String text = Files.readString(printed.toPath()).trim();
      if (!ended || process.exitValue() != 0) {
        throw new IllegalStateException(
            command.get(0) + (ended ? " failed: " : " did not end: ") + text);
      }
      return text;
    } finally {
      Files.delete(printed.toPath());
    }
  }

  /** Compiles; fails with what the compiler says. */
  static void javac(Path into, String classPath, Object... arguments) throws Exception {
    List<Object> all = new ArrayList<>(List.of("-nowarn", "-proc:none", "-d", into));
    if (classPath != null) {
      all.addAll(List.of("-cp", classPath));
    }
    all.addAll(List.of(arguments));
    run("javac", all.toArray());
  }

  /** What of this process's class path has one of these words in its name. */
  static List<Path> onClassPath(String... words) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(path -> !path.isEmpty() && Files.exists(Path.of(path)))
        .filter(path -> Stream.of(words).anyMatch(path::contains))
        .map(Path::of)
        .collect(Collectors.toList());
  }

  static String path(List<Path> paths) {
    return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  /** Writes a jar. */
  static final class Jar implements AutoCloseable {
    private final JarOutputStream out;
    private final java.util.Set<String> names = new java.util.HashSet<>();
    final Path file;

    Jar(Path file, String... manifest) throws IOException {
      this.file = file;
      byte[] lines =
          ("Manifest-Version: 1.0\n" + String.join("\n", manifest) + "\n\n").getBytes(UTF_8);
      out =
          new JarOutputStream(
              Files.newOutputStream(file), new Manifest(new java.io.ByteArrayInputStream(lines)));
      names.add("META-INF/MANIFEST.MF");
    }

    /** Adds a folder's files, below a prefix. */
    Jar folder(String prefix, Path folder) throws IOException {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : (Iterable<Path>) all.sorted()::iterator) {
          String name = prefix + folder.relativize(path);
          if (Files.isDirectory(path)) {
            directory(name.endsWith("/") || name.isEmpty() ? name : name + "/");
          } else if (names.add(name)) {
            out.putNextEntry(new ZipEntry(name));
            Files.copy(path, out);
            out.closeEntry();
          }
        }
      }
      return this;
    }

    private void directory(String name) throws IOException {
      if (!name.isEmpty() && names.add(name)) {
        out.putNextEntry(new ZipEntry(name));
        out.closeEntry();
      }
    }

    /** Adds what is in another jar, as uber jars do: what is there already stays. */
    Jar contents(Path jar) throws IOException {
      try (JarInputStream in = new JarInputStream(Files.newInputStream(jar))) {
        for (JarEntry e = in.getNextJarEntry(); e != null; e = in.getNextJarEntry()) {
          if (names.add(e.getName())) {
            out.putNextEntry(new ZipEntry(e.getName()));
            in.transferTo(out);
            out.closeEntry();
          }
        }
      }
      return this;
    }

    /** Adds a jar as it is, not compressed, as Spring Boot wants it. */
    Jar nested(String folder, Path jar) throws IOException {
      directory(folder);
      byte[] bytes = Files.readAllBytes(jar);
      CRC32 crc = new CRC32();
      crc.update(bytes);
      ZipEntry entry = new ZipEntry(folder + jar.getFileName());
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(bytes.length);
      entry.setCrc(crc.getValue());
      out.putNextEntry(entry);
      out.write(bytes);
      out.closeEntry();
      return this;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** Copies a test resource into a file. */
  static Path resource(String name, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    try (InputStream in = Processes.class.getResourceAsStream(name)) {
      Files.copy(in, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }
}
