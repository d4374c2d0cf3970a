package org.mitogen4j.internal.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What leaves the master where only some packages may. */
class PackageChoiceTest {
  private final PackageChoice denies = new PackageChoice(List.of(), List.of("a.b"), List.of());
  private final PackageChoice allows = new PackageChoice(List.of("a.b"), List.of(), List.of());

  @Test
  void aDeniedPackageStaysAlsoInTheFoldersOfVariantsAndOfSpringBoot() {
    for (String folder :
        List.of(
            "",
            "META-INF/versions/17/",
            "BOOT-INF/classes/",
            "WEB-INF/classes/",
            "BOOT-INF/classes/META-INF/versions/11/")) {
      String dotted = folder.replace('/', '.');
      assertThat(denies.hasResource(folder + "a/b/C.class")).isFalse();
      assertThat(denies.hasResource(folder + "a/c/C.class")).isTrue();
      assertThat(denies.hasClass(dotted + "a.b.C")).isFalse();
      assertThat(denies.hasClass(dotted + "a.c.C")).isTrue();
      assertThat(allows.hasResource(folder + "a/b/C.class")).isTrue();
      assertThat(allows.hasResource(folder + "a/c/C.class")).isFalse();
      assertThat(allows.hasClass(dotted + "a.c.C")).isFalse();
    }
  }

  @Test
  void aJarInsideOfAJarMayHaveADeniedPackage() {
    assertThat(denies.hasResource("BOOT-INF/lib/b.jar")).isFalse();
    assertThat(allows.hasResource("WEB-INF/lib/b.jar")).isFalse();
    assertThat(PackageChoice.all().hasResource("BOOT-INF/lib/b.jar")).isTrue();
  }

  @Test
  void whatIsInNoPackageMayLeaveWhateverPackagesAreAllowed() {
    assertThat(allows.hasClass("Main")).isTrue();
    assertThat(allows.hasResource("Main.class")).isTrue();
    assertThat(allows.hasResource("META-INF/services/a.c.C")).isTrue();
  }

  @Test
  void theLibraryMayLeaveWhateverPackagesAreAllowed() {
    assertThat(allows.hasClass("org.mitogen4j.connect.Local")).isTrue();
  }
}
