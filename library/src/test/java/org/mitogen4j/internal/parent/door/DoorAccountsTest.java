package org.mitogen4j.internal.parent.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Router;

/** Doors in a folder that all may write to, with processes of a second account: that of nobody. */
@Timeout(60)
class DoorAccountsTest {
  private static final String NOBODY = "65534";
  private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

  private Path folder;
  private Process stranger;

  @BeforeEach
  void share() throws IOException {
    assumeTrue(
        System.getProperty("user.name").equals("root") && Files.isExecutable(SETPRIV),
        "to run processes of two accounts takes root and setpriv");
    folder = Files.createTempDirectory("mitogen-doors");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    for (Class<?> type : List.of(Router.class, DoorAccountsTest.class)) {
      copy(Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()));
    }
  }

  /** Class files where the other account can read them. */
  private void copy(Path classes) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path to = folder.resolve("classes").resolve(classes.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  @AfterEach
  void remove() throws Exception {
    if (stranger != null) {
      stranger.destroyForcibly().waitFor();
    }
    if (folder != null) {
      new ProcessBuilder("rm", "-r", folder.toString()).start().waitFor();
    }
  }

  /** What a process of the other account does. */
  public static void main(String[] args) throws Exception {
    Path door = Path.of(args[1]);
    if (args[0].equals("listen")) {
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(door));
        System.out.println("listens");
        System.in.read();
      }
    } else {
      try (Router router = Router.attach(door)) {
        System.out.println("joined " + router.parents());
      } catch (IOException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }

  /** Starts one, and returns the first line that it prints. */
  private String stranger(String what, Path door) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    String classes = folder.resolve("classes").toString();
    stranger =
        new ProcessBuilder(
                SETPRIV.toString(),
                "--reuid",
                NOBODY,
                "--regid",
                NOBODY,
                "--clear-groups",
                java,
                "-cp",
                classes,
                DoorAccountsTest.class.getName(),
                what,
                door.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader said = stranger.inputReader();
    return said.readLine();
  }

  private void isRefused(Path door) {
    assertThatThrownBy(() -> Router.attach(door))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the door " + door + " is not to be trusted")
        .hasMessageContaining("another account");
  }

  @Test
  void aDoorOfAnotherAccountIsNotEnteredWhoeverOwnsItsFile() throws Exception {
    Path door = folder.resolve("door");
    assertThat(stranger("listen", door)).isEqualTo("listens");
    isRefused(door);

    Files.setOwner(door, Files.getOwner(folder)); // as a race with a link makes it look
    isRefused(door);

    Path link = Files.createSymbolicLink(folder.resolve("link"), door);
    isRefused(link);
  }

  @Test
  void aGuestOfAnotherAccountIsNotLetInThoughItsFileIsOpenToAll() throws Exception {
    Path door = folder.resolve("door");
    try (Router router = Router.create()) {
      router.listen(door);
      Files.setPosixFilePermissions(door, PosixFilePermissions.fromString("rwxrwxrwx"));

      assertThat(stranger("join", door))
          .startsWith("refused: ")
          .contains(" refused: its process is ending");

      assertThat(router.contexts()).isEmpty();
      try (Router guest = Router.attach(door)) { // the door is still open to its own account
        assertThat(guest.parents()).hasSize(1);
      }
    }
  }
}
