package org.mitogen4j.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.Context;
import org.mitogen4j.Router;

/**
 * Consoles by the programs that people use for them. With {@code CI=true} none may be missing, for
 * {@code setup} installs them; elsewhere a test without its programs is skipped.
 */
@Timeout(60)
class ConsoleProgramsTest {
  private static final List<String> BEHIND_PATH = List.of("/usr/sbin", "/sbin");

  @TempDir Path folder;
  private final List<Process> servers = new ArrayList<>();

  @AfterEach
  void end() throws InterruptedException {
    for (Process server : servers) {
      server.descendants().forEach(ProcessHandle::destroy);
      server.destroy();
      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static String program(String name) {
    List<String> folders =
        new ArrayList<>(List.of(System.getenv("PATH").split(File.pathSeparator)));
    folders.addAll(BEHIND_PATH);
    for (String folder : folders) {
      if (new File(folder, name).canExecute()) {
        return new File(folder, name).getPath();
      }
    }
    assumeTrue("true".equals(System.getenv("CI")), name + " is not installed");
    return name;
  }

  /**
   * Starts socat, and returns when it says that it does what it was told. In a session of its own:
   * telnetd ends its whole process group when it ends.
   */
  private void socat(String word, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("setsid", program("socat"), "-d", "-d"));
    command.addAll(List.of(arguments));
    Process server = new ProcessBuilder(command).redirectErrorStream(true).start();
    servers.add(server);
    BufferedReader said = new BufferedReader(new InputStreamReader(server.getInputStream(), UTF_8));
    for (String line; (line = said.readLine()) != null && !line.contains(word); ) {}
    assertThat(server.isAlive()).isTrue();
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] result = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      result[i] = bytes[bytes.length - 1 - i];
    }
    return result;
  }

  private static void runsFunctions(Console console) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    byte[] all = new byte[20_000]; // each byte there is, many times
    new Random(1).nextBytes(all);
    try (Router router = Router.create()) {
      Context child = router.connect(console.javaPath(java.toString()));
      assertThat(child.call(ConsoleProgramsTest::reversed, all)).isEqualTo(reversed(all));
    }
  }

  @Test
  void telnetCarriesAContext() throws IOException {
    String telnet = program("telnet");
    String server = program("telnetd") + " -h -E /bin/sh";
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String listen = "TCP-LISTEN:" + port + ",bind=127.0.0.1,reuseaddr";
    socat("listening on", listen, "EXEC:" + server + ",nofork");
    runsFunctions(Console.command(telnet, "127.0.0.1", String.valueOf(port)));
  }

  @Test
  void picocomCarriesAContextOverASerialLine() throws IOException {
    String picocom = program("picocom");
    String line = folder.resolve("tty").toString();
    String shell = "EXEC:/bin/sh -i,pty,setsid,ctty,stderr";
    socat("starting data transfer", "PTY,link=" + line + ",raw,echo=0", shell);
    assertThat(Files.exists(Path.of(line))).isTrue();
    runsFunctions(Console.command(picocom, "--quiet", "--nolock", "--baud", "115200", line));
  }

  @Test
  void socatCarriesAContext() throws IOException {
    String shell = "EXEC:/bin/sh -i,pty,setsid,ctty,stderr";
    runsFunctions(Console.command(program("socat"), "-", shell));
  }
}
