package org.mitogen4j.internal.context.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoverFilesTest {
  private static final String NAME = "mitogen.0123456789abcdef";

  @TempDir Path place;

  private Path folder(String name, boolean old, String... files) throws IOException {
    Path folder = Files.createDirectory(place.resolve(name));
    for (String file : files) {
      Files.createFile(folder.resolve(file));
    }
    return old ? old(folder) : folder;
  }

  private static Path old(Path file) throws IOException {
    long then = System.currentTimeMillis() - LeftoverFiles.OLD_MILLIS - 1000;
    return Files.setLastModifiedTime(file, FileTime.fromMillis(then));
  }

  private void clean() {
    new LeftoverFiles(null, "/no/such/folder", place.toString()).run();
  }

  @Test
  void oldFoldersOfTheScriptAreRemoved() throws IOException {
    folder(NAME, true, "j", "o", "i", "u");
    folder("mitogen.fedcba9876543210", true);
    clean();
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void oldFilesOfTheScriptAreRemoved() throws Exception {
    old(Files.createFile(place.resolve(NAME)));
    for (String fifo : new String[] {"o", "i", "u"}) {
      // Java would open a FIFO to set its time, and wait
      String line = "mkfifo $1 && touch -t 202001010000 $1";
      String path = place.resolve(NAME + fifo).toString();
      assertThat(new ProcessBuilder("sh", "-c", line, "sh", path).start().waitFor()).isZero();
    }
    clean();
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void filesThatMayBeInUseOrHaveOtherNamesStay() throws IOException {
    Path young = Files.createFile(place.resolve(NAME));
    Path other = old(Files.createFile(place.resolve(NAME + ".txt")));
    clean();
    assertThat(young).exists();
    assertThat(other).exists();
  }

  @Test
  void aFolderThatMayBeInUseStays() throws IOException {
    Path young = folder(NAME, false, "j", "o");
    clean();
    assertThat(young.resolve("j")).exists();
    assertThat(young.resolve("o")).exists();
  }

  @Test
  void aFolderWithOtherFilesStaysWhole() throws IOException {
    Path other = folder(NAME, true, "j", "letter");
    clean();
    assertThat(other.resolve("j")).exists();
    assertThat(other.resolve("letter")).exists();
  }

  @Test
  void foldersWithOtherNamesAndLinksStay() throws IOException {
    Path other = folder("mitogen.mine", true, "j");
    Path target = folder("target", true, "j");
    Path link = Files.createSymbolicLink(place.resolve(NAME), target);
    clean();
    assertThat(other.resolve("j")).exists();
    assertThat(target.resolve("j")).exists();
    assertThat(link).isSymbolicLink();
  }
}
