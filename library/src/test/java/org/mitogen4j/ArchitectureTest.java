package org.mitogen4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
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
  private static final String CONTEXT = "org.mitogen4j.context";
  private static final String CODEC = "org.mitogen4j.codec";
  private static final String PARENT = "org.mitogen4j.parent";
  private static final String MASTER = "org.mitogen4j.master";
  private static final String SERVICE = "org.mitogen4j.service";
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
  void aFullContextUsesTheKernel() {
    only(CONTEXT).mayUse(KERNEL);
  }

  @Test
  void aConnectionMethodKnowsTheFirstStageAndSecretsOnly() {
    classes()
        .that()
        .resideInAPackage(CONNECT)
        .should()
        .onlyDependOnClassesThat(
            JavaClass.Predicates.resideInAnyPackage(CONNECT, BOOT, "java..")
                .or(JavaClass.Predicates.equivalentTo(Secret.class)))
        .check(LIBRARY);
  }

  @Test
  void aParentDoesNotKnowTheMaster() {
    only(PARENT).mayUse(KERNEL, CONTEXT, CONNECT);
  }

  @Test
  void theMasterIsAParent() {
    only(MASTER).mayUse(KERNEL, CONTEXT, PARENT);
  }

  @Test
  void theCodecKnowsWhatUsersSee() {
    only(CODEC).mayUse(KERNEL, CONTEXT, API);
  }

  @Test
  void whatIsDoneForOthersUsesTheContext() {
    only(SERVICE).mayUse(KERNEL, CONTEXT);
  }

  @Test
  void whatUsersSeeIsOnTop() {
    only(API).mayUse(KERNEL, CONTEXT, CODEC, SERVICE, CONNECT, PARENT, MASTER);
  }

  @Test
  void thereAreNoOtherPackages() {
    classes()
        .should()
        .resideInAnyPackage(API, BOOT, KERNEL, CONTEXT, CODEC, SERVICE, CONNECT, PARENT, MASTER)
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
        .check(LIBRARY);
  }

  @Test
  void everyClassIsNamedAfterWhatItIs() {
    noClasses().should().haveNameMatching(".*(Utils?|Helper|Impl|Manager)(\\$.*)?").check(LIBRARY);
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
          .check(LIBRARY);
    };
  }

  private interface Layer {
    /** Fails when the package uses more than itself, these, and java.* */
    void mayUse(String... packages);
  }
}
