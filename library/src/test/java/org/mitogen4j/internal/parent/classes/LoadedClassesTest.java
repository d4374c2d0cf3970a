package org.mitogen4j.internal.parent.classes;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.master.Master;
import org.mitogen4j.internal.master.ProgramClasses;

/** What children tell of the classes they loaded decides what later ones get: within bounds. */
class LoadedClassesTest {
  private static final String FUNCTION = "app.Main;run;()V";
  private static final long FOR_ONE = 1 << 17;
  private static final long FOR_MORE = 1 << 26;

  @TempDir private Path folder;

  private final ClassCache library = Master.kernel();
  private final ClassSource program =
      new ProgramClasses(library, LoadedClassesTest.class.getClassLoader());
  private final LoadedClasses learned = new LoadedClasses();

  /** Some classes of this test's class path, of some megabytes together. */
  private List<String> many() {
    List<String> names = new ArrayList<>();
    for (var method : org.assertj.core.api.Assertions.class.getMethods()) {
      names.add(method.getReturnType().getName());
      for (Class<?> parameter : method.getParameterTypes()) {
        names.add(parameter.getName());
      }
    }
    return names.stream().distinct().filter(n -> n.startsWith("org.assertj.")).toList();
  }

  private long size(List<String> names) {
    return names.stream().mapToLong(n -> n.length() + program.classFile(n).length).sum();
  }

  @Test
  void whatTheSearchFindsGoesAheadHoweverLargeWhenOneChildLoadedIt() {
    List<String> names = many();
    learned.sent(FUNCTION, false, names, false);
    learned.report(FUNCTION, 1, names, true);

    assertThat(size(names)).isGreaterThan(FOR_ONE);
    assertThat(learned.plan(FUNCTION, program).names).isEqualTo(names);
  }

  @Test
  void whatOnlyOneChildSaysIsNeededIsBounded() {
    List<String> names = many();
    learned.sent(FUNCTION, false, List.of(), false);
    learned.report(FUNCTION, 1, names, true);

    assertThat(size(learned.plan(FUNCTION, program).names))
        .isPositive()
        .isLessThanOrEqualTo(FOR_ONE);
  }

  @Test
  void whatOnlyOneChildSaysIsNeededIsAtMostFourTimesWhatTheSearchFinds() {
    List<String> names = many();
    List<String> found = names.subList(0, names.size() / 6);
    learned.sent(FUNCTION, false, found, false);
    learned.report(FUNCTION, 1, names, true);

    List<String> sent = learned.plan(FUNCTION, program).names;
    assertThat(4 * size(found)).isGreaterThan(FOR_ONE);
    assertThat(sent).containsAll(found);
    assertThat(size(sent)).isGreaterThan(2 * size(found)).isLessThanOrEqualTo(5 * size(found));
  }

  @Test
  void whatOneChildLoadedGoesToTheNextWholeWhenTheSearchWasCutOff() {
    List<String> names = many();
    learned.sent(FUNCTION, false, names.subList(0, 1), true);
    learned.report(FUNCTION, 1, names, true);

    assertThat(size(names)).isGreaterThan(5 * FOR_ONE);
    assertThat(learned.plan(FUNCTION, program).names).containsAll(names);
  }

  @Test
  void oneChildCountsOnceHoweverManyContextsAreBelowIt() {
    learned.sent(FUNCTION, false, List.of(), false);
    learned.report(FUNCTION, 1, many(), true);
    learned.report(FUNCTION, 1, many(), true);
    learned.report(FUNCTION, 1, many(), true);

    assertThat(size(learned.plan(FUNCTION, program).names)).isLessThanOrEqualTo(FOR_ONE);
  }

  @Test
  void whatSeveralChildrenSayGoesAheadWithinALargerBound() {
    learned.report(FUNCTION, 1, many(), true);
    learned.report(FUNCTION, 2, many(), true);

    assertThat(size(learned.plan(FUNCTION, program).names))
        .isGreaterThan(FOR_ONE)
        .isLessThanOrEqualTo(FOR_MORE);
  }

  @Test
  void aProgramOfSixtyMegabytesGoesAheadWholeAndALargerOneInPart() throws Exception {
    byte[] file = new byte[1 << 20];
    ByteBuffer.wrap(file).putInt(0xCAFEBABE);
    List<String> names = IntStream.range(0, 80).mapToObj(i -> "Big" + i).toList();
    for (String name : names) {
      Files.write(folder.resolve(name + ".class"), file);
    }
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      ClassSource large = new ProgramClasses(library, loader);
      learned.report(FUNCTION, 1, names.subList(0, 60), true);
      learned.report(FUNCTION, 2, names.subList(0, 60), true);
      assertThat(learned.plan(FUNCTION, large).names).isEqualTo(names.subList(0, 60));

      learned.report("larger", 1, names, true);
      learned.report("larger", 2, names, true);
      assertThat(learned.plan("larger", large).names)
          .hasSizeLessThanOrEqualTo((int) (FOR_MORE / file.length));
    }
  }

  @Test
  void whatMostOfThoseThatToldDidNotLoadIsNotSent() {
    List<String> names = many();
    learned.report(FUNCTION, 1, names, true);
    learned.report(FUNCTION, 2, names.subList(0, 1), true);
    learned.report(FUNCTION, 3, names.subList(0, 1), true);

    assertThat(learned.plan(FUNCTION, program).names).isEqualTo(names.subList(0, 1));
  }

  @Test
  void oneOfTwoThatLoadedLessTakesNothingAway() {
    List<String> names = many().subList(0, 10);
    learned.sent(FUNCTION, false, names, false);
    learned.report(FUNCTION, 1, names, true);
    learned.report(FUNCTION, 2, names.subList(0, 1), true);

    assertThat(learned.plan(FUNCTION, program).names).isEqualTo(names);
  }

  @Test
  void theLettersOfAskedNamesAreBounded() {
    for (int i = 0; i < 10_000; i++) {
      learned.asked(FUNCTION, ResourceKey.FIND + i + "x".repeat(2000), 1, true);
    }

    int letters = learned.asked(FUNCTION, program).stream().mapToInt(String::length).sum();
    assertThat(letters).isPositive().isLessThanOrEqualTo(1 << 16);
  }

  @Test
  void theResourcesThatAWebApplicationAsksForAreAllNoted() {
    List<String> asked =
        IntStream.range(0, 400)
            .mapToObj(i -> ResourceKey.find("org/framework/" + "x".repeat(75) + i))
            .toList();
    asked.forEach(name -> learned.asked(FUNCTION, name, 1, true));

    assertThat(learned.asked(FUNCTION, program)).containsAll(asked);
  }

  @Test
  void theAbsentNamesOfOneChildAreFewer() {
    IntStream.range(0, 2000)
        .forEach(i -> learned.asked(FUNCTION, ResourceKey.absentClass("a" + i), 1, false));

    assertThat(learned.asked(FUNCTION, program)).hasSize(500);
  }

  @Test
  void whatOneChildAsksForIsBoundedInBytes() {
    for (String name : many()) {
      learned.asked(FUNCTION, name, 1, true);
    }

    List<String> asked = new ArrayList<>(learned.asked(FUNCTION, program));
    assertThat(size(asked)).isPositive().isLessThanOrEqualTo(FOR_ONE);
  }

  @Test
  void aChildThatAsksForEverythingLeavesRoomForWhatOthersAskFor() {
    String needed = ResourceKey.find("META-INF/MANIFEST.MF");
    for (int i = 0; i < 10_000; i++) {
      learned.asked(FUNCTION, ResourceKey.absentClass("made.up.Name" + i), 1, false);
      learned.asked(FUNCTION, ResourceKey.find("made/up" + i), 1, true);
    }
    learned.asked(FUNCTION, needed, 2, true);

    assertThat(learned.asked(FUNCTION, program)).contains(needed).hasSizeLessThanOrEqualTo(1001);
  }

  @Test
  void whatOneChildLoadedTakesNoRoomFromWhatAnotherLoaded() {
    List<String> names = many();
    List<String> one = names.subList(0, names.size() / 2);
    List<String> other = names.subList(names.size() / 2, names.size() / 2 + 5);
    learned.report(FUNCTION, 1, one, true);
    learned.report(FUNCTION, 2, other, true);

    assertThat(size(one)).isGreaterThan(FOR_ONE);
    assertThat(learned.plan(FUNCTION, program).names).containsAll(other);
  }

  @Test
  void theApiGoesAlongOnceTwoDirectChildrenAskedForIt() {
    learned.report(FUNCTION, 1, List.of("app.Main"), true);
    learned.askedForApi(FUNCTION, 1);
    learned.askedForApi(FUNCTION, 1);
    assertThat(learned.plan(FUNCTION, program).usesApi).isFalse();

    learned.askedForApi(FUNCTION, 2);
    assertThat(learned.plan(FUNCTION, program).usesApi).isTrue();
  }

  @Test
  void theFunctionsThatAreKnownAreBounded() {
    IntStream.range(0, 3000)
        .forEach(i -> learned.report("app.F" + i + ";run;()V", 1, List.of("app.Main"), true));

    assertThat(learned.known()).hasSizeLessThanOrEqualTo(1000);
  }
}
