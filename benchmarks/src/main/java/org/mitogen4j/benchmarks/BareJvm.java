package org.mitogen4j.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;

/** JVMs without anything of ours in them: the same java and flags as a local child's. */
final class BareJvm {
  private final List<String> java = new ArrayList<>();

  private BareJvm(String[] homeAndFlags) {
    java.add(homeAndFlags[0] + "/bin/java");
    java.addAll(Arrays.asList(homeAndFlags).subList(1, homeAndFlags.length));
  }

  /** Asks a child how it was started. */
  static BareJvm likeLocalChildren() throws IOException {
    try (Router router = Router.create()) {
      Context child = router.connect(Local.create());
      return new BareJvm(child.call(Remote::jvm).split("\n"));
    }
  }

  /** With the java that runs this, and without flags. */
  static BareJvm plain() {
    return new BareJvm(new String[] {System.getProperty("java.home")});
  }

  /** The command that runs the one class in a jar. */
  List<String> command(Path jar, Class<?> main) {
    List<String> command = new ArrayList<>(java);
    command.addAll(List.of("-cp", jar.toString(), main.getName()));
    return command;
  }

  /** The command that runs a program of this module. */
  List<String> command(Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>(java);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return command;
  }

  /** Starts a program of this module; what it says on stderr is shown. */
  Process start(Class<?> main, String... arguments) throws IOException {
    return start(command(main, List.of(arguments)));
  }

  static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Writes a jar with this one class in it. */
  static Path jar(Path folder, Class<?> only) throws IOException {
    Path jar = folder.resolve(only.getSimpleName() + ".jar");
    String entry = only.getName().replace('.', '/') + ".class";
    try (InputStream in = only.getResourceAsStream("/" + entry);
        OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(new ZipEntry(entry));
      in.transferTo(out);
    }
    return jar;
  }

  /** Runs a command, and fails unless it succeeds. */
  static void run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException("exit code " + code + " of " + command);
    }
  }
}
