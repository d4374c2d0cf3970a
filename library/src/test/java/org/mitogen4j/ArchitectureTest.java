package org.mitogen4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where code may run decides where it lives; and what it may use follows from that. */
class ArchitectureTest {
  private static final String API = "org.mitogen4j";
  private static final String BOOT = "org.mitogen4j.boot";
  private static final String KERNEL = "org.mitogen4j.kernel";
  private static final String PARENT = "org.mitogen4j.parent";
  private static final String MASTER = "org.mitogen4j.master";
  private static final String CONNECT = "org.mitogen4j.connect";

  private static final JavaClasses LIBRARY =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(API);

  @Test
  void theFirstStageUsesNothingOfOurs() {
    only(BOOT).mayUse();
  }

  @Test
  void theKernelUsesItselfOnly() {
    only(KERNEL).mayUse();
  }

  @Test
  void whatUsersSeeUsesTheKernel() {
    only(API).mayUse(KERNEL);
  }

  @Test
  void aParentDoesNotKnowTheMaster() {
    only(PARENT).mayUse(API, KERNEL);
  }

  @Test
  void theMasterIsAParent() {
    only(MASTER).mayUse(API, KERNEL, PARENT);
  }

  @Test
  void aConnectionMethodIsUsedByAParent() {
    only(CONNECT).mayUse(API, PARENT);
  }

  @Test
  void thereAreNoOtherPackages() {
    classes()
        .should()
        .resideInAnyPackage(API, BOOT, KERNEL, PARENT, MASTER, CONNECT)
        .allowEmptyShould(true)
        .check(LIBRARY);
  }

  @Test
  void theKernelHasNoStreamsForTheyCostEveryChildTime() {
    noClasses()
        .that()
        .resideInAPackage(KERNEL)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.util.stream")
        .allowEmptyShould(true)
        .check(LIBRARY);
  }

  @Test
  void everyClassIsNamedAfterWhatItIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Helper|Impl|Manager)(\\$.*)?")
        .allowEmptyShould(true)
        .check(LIBRARY);
  }

  private static Layer only(String layer) {
    return others -> {
      List<String> packages = new ArrayList<>(List.of(others));
      packages.add(layer);
      packages.add("java..");
      classes()
          .that()
          .resideInAPackage(layer)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(packages.toArray(new String[0]))
          .allowEmptyShould(true)
          .check(LIBRARY);
    };
  }

  private interface Layer {
    /** Fails when the package uses more than itself, these, and java.* */
    void mayUse(String... packages);
  }
}
