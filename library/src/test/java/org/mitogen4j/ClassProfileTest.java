package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.programs.Features;
import org.mitogen4j.programs.Reflective;

/** What children loaded is kept in a file for the next run of the program. */
@Timeout(60)
class ClassProfileTest {
  @TempDir Path folder;

  private ClassTraffic run(Path profile, String className) throws Exception {
    try (Router router = Router.create(RouterOptions.defaults().classProfile(profile))) {
      Context child = router.connect(InProcess.create());
      assertThat(child.call(Reflective::make, className)).isEqualTo(className);
      Await.until(() -> child.classTraffic().isComplete());
      return child.classTraffic();
    }
  }

  private ClassTraffic run(Path profile) throws Exception {
    return run(profile, Features.hiddenName());
  }

  @Test
  void classesBeyondTheBoundOfOneChildsReportAreAskedForInLargeParts() throws Exception {
    Path profile = folder.resolve("profile");
    String library = String.join(".", "net", "bytebuddy", "ByteBuddy");

    ClassTraffic first = run(profile, library);
    ClassTraffic second = run(profile, library);

    assertThat(first.loaded()).hasSizeGreaterThan(100);
    assertThat(second.requests()).isLessThan(15);
    assertThat(run(profile, library).requests()).isZero();
  }

  @Test
  void theFirstChildOfTheNextRunAsksForNothing() throws Exception {
    Path profile = folder.resolve("profile");

    assertThat(run(profile).requests()).isPositive();
    assertThat(Files.size(profile)).isPositive();
    assertThat(run(profile).requests()).isZero();
  }

  private long asked(Path profile, String resource) throws Exception {
    try (Router router = Router.create(RouterOptions.defaults().classProfile(profile))) {
      Context child = router.connect(InProcess.create());
      assertThat(child.call(Lookups::length, resource)).isGreaterThan(1 << 15);
      Await.until(() -> child.classTraffic().isComplete());
      return child.classTraffic().requests();
    }
  }

  @Test
  void aLargeFileThatWasReadGoesToTheFirstChildOfTheNextRun() throws Exception {
    Path profile = folder.resolve("profile");
    String large = "org/assertj/core/api/Assertions.class";

    assertThat(asked(profile, large)).isPositive();
    assertThat(asked(profile, large)).isZero();
  }

  private long probe(Path profile, String className) throws Exception {
    try (Router router = Router.create(RouterOptions.defaults().classProfile(profile))) {
      Context child = router.connect(InProcess.create());
      assertThat(child.call(Lookups::exists, className)).isFalse();
      Await.until(() -> child.classTraffic().isComplete());
      return child.classTraffic().requests();
    }
  }

  @Test
  void anAbsentNameThatOneChildLookedForIsNotSavedAndNotAskedForInTheNextRun() throws Exception {
    Path profile = folder.resolve("profile");

    assertThat(probe(profile, "made.up.Name")).isPositive();
    try (InputStream in = new InflaterInputStream(Files.newInputStream(profile))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
          .contains("exists")
          .doesNotContain("made.up.Name");
    }
    assertThat(probe(profile, "made.up.Name")).isZero();
  }

  @Test
  void anAbsentNameThatTwoChildrenLookedForIsSaved() throws Exception {
    Path profile = folder.resolve("profile");
    try (Router router = Router.create(RouterOptions.defaults().classProfile(profile))) {
      for (int i = 0; i < 2; i++) {
        Context child = router.connect(InProcess.create());
        assertThat(child.call(Lookups::exists, "made.up.Other")).isFalse();
        Await.until(() -> child.classTraffic().isComplete());
      }
    }
    try (InputStream in = new InflaterInputStream(Files.newInputStream(profile))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
          .contains("made.up.Other");
    }
  }

  @Test
  void aFileThatIsNoProfileIsReplaced() throws Exception {
    Path profile = Files.writeString(folder.resolve("profile"), "something else");

    assertThat(run(profile).requests()).isPositive();
    assertThat(run(profile).requests()).isZero();
  }

  @Test
  void aProfileThatWasCutOffIsReplaced() throws Exception {
    Path profile = folder.resolve("profile");
    assertThat(run(profile).requests()).isPositive();
    byte[] whole = Files.readAllBytes(profile);
    Files.write(profile, java.util.Arrays.copyOf(whole, whole.length / 2));

    assertThat(run(profile).requests()).isPositive();
    assertThat(run(profile).requests()).isZero();
  }

  /**
   * Functions of a class that names nothing of the API. The verifier would load that, and whether a
   * child asks for it or has it by then depends on how fast the child starts.
   */
  private static final class Lookups {
    static boolean exists(String className) {
      try {
        Class.forName(className);
        return true;
      } catch (ClassNotFoundException e) {
        return false;
      }
    }

    static int length(String resource) throws IOException {
      try (InputStream in = Lookups.class.getClassLoader().getResourceAsStream(resource)) {
        return in.readAllBytes().length;
      }
    }
  }
}
