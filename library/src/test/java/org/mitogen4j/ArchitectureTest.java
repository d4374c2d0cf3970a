package org.mitogen4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogManager;
import org.junit.jupiter.api.Test;
import org.mitogen4j.internal.parent.Parent;

/** Where code may run decides where it lives; and what it may use follows from that. */
class ArchitectureTest {
  private static final String API = "org.mitogen4j";

  /** Annotations for compilers, which no program loads. */
  private static final String NULLNESS = "org.jspecify.annotations";

  private static final String BOOT = "org.mitogen4j.internal.boot";
  private static final String KERNEL = "org.mitogen4j.internal.kernel";
  private static final String CONTEXT = "org.mitogen4j.internal.context";

  private static final String BOUNDS = "org.mitogen4j.internal.context.bounds";
  private static final String THREADS = "org.mitogen4j.internal.context.threads";

  private static final String CLASSES = "org.mitogen4j.internal.context.classes";
  private static final String PROGRAM = "org.mitogen4j.internal.context.program";

  /** The parts of a context that know nothing of the rest of it. */
  private static final String[] CONTEXT_PARTS = {
    BOUNDS,
    CLASSES,
    PROGRAM,
    "org.mitogen4j.internal.context.functions",
    "org.mitogen4j.internal.context.printed",
    "org.mitogen4j.internal.context.process",
    THREADS
  };

  private static final String CODEC = "org.mitogen4j.internal.context.codec";
  private static final String RESOURCES = "org.mitogen4j.internal.context.resources";
  private static final String FILES = "org.mitogen4j.internal.context.files";
  private static final String CHAIN = "org.mitogen4j.internal.context.chain";
  private static final String EVENTS = "org.mitogen4j.internal.context.events";
  private static final String DUMP = "org.mitogen4j.internal.context.dump";
  private static final String LOGGING = "org.mitogen4j.internal.context.logging";
  private static final String PARENT = "org.mitogen4j.internal.parent..";
  private static final String MASTER = "org.mitogen4j.internal.master";
  private static final String CONNECT = "org.mitogen4j.connect";
  private static final String SPI = "org.mitogen4j.connect.spi";

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
  void thePartsOfAContextKnowNothingOfTheRestOfIt() {
    only(BOUNDS).mayUse(KERNEL);
    only(THREADS).mayUse(KERNEL);
    for (String part : CONTEXT_PARTS) {
      if (!part.equals(PROGRAM)) {
        only(part).mayUse(KERNEL, BOUNDS, THREADS);
      }
    }
  }

  @Test
  void theAccessToTheProgramNeedsNoFullContext() {
    only(PROGRAM).mayUse(KERNEL, BOUNDS, CLASSES, THREADS); // only ReadingThread, in assertions
  }

  @Test
  void connectionMethodsUseTheSpiTheFirstStageSecretsAndStartExceptionsOnly() {
    classes()
        .that()
        .resideInAnyPackage(CONNECT, SPI)
        .should()
        .onlyDependOnClassesThat(
            JavaClass.Predicates.resideInAnyPackage(CONNECT, SPI, BOOT, "java..", NULLNESS)
                .or(JavaClass.Predicates.belongToAnyOf(Secret.class, StartException.class)))
        .check(LIBRARY);
  }

  @Test
  void theSpiKnowsNoConnectionMethod() {
    noClasses()
        .that()
        .resideInAPackage(SPI)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(CONNECT)
        .check(LIBRARY);
  }

  @Test
  void aParentDoesNotKnowTheMaster() {
    only(PARENT).mayUse(KERNEL, CONTEXT, RESOURCES, SPI, API);
  }

  @Test
  void theMasterIsAParent() {
    only(MASTER).mayUse(KERNEL, CONTEXT, RESOURCES, PARENT);
  }

  @Test
  void theCodecMayUseTheApi() {
    only(CODEC).mayUse(KERNEL, CONTEXT, API);
  }

  @Test
  void servicesForOtherContextsUseTheContext() {
    only(CHAIN).mayUse(KERNEL, CONTEXT);
    only(LOGGING).mayUse(KERNEL, CONTEXT);
    only(DUMP).mayUse(KERNEL);
    only(EVENTS).mayUse(KERNEL, CONTEXT);
  }

  @Test
  void resourcesAreFoundByWhatEveryContextHas() {
    only(RESOURCES).mayUse(KERNEL, CONTEXT, FILES, "sun.misc"); // JdkField
    only(FILES).mayUse();
  }

  @Test
  void theApiIsOnTop() {
    only(API).mayUse(KERNEL, CONTEXT, CODEC, CHAIN, DUMP, CONNECT, SPI, PARENT, MASTER);
  }

  @Test
  void thereAreNoOtherPackages() {
    List<String> packages = new ArrayList<>(List.of(CONTEXT_PARTS));
    packages.addAll(
        List.of(
            API, BOOT, KERNEL, CONTEXT, CODEC, RESOURCES, FILES, CHAIN, LOGGING, DUMP, EVENTS,
            CONNECT, SPI, PARENT, MASTER));
    classes().should().resideInAnyPackage(packages.toArray(new String[0])).check(LIBRARY);
  }

  /** The packer lists their packages; contexts know their names. */
  @Test
  void theBundlesThatTheBuildMakesAreThoseThatContextsKnow() throws Exception {
    List<String> made = new ArrayList<>();
    Path image = Path.of(ArchitectureTest.class.getResource("kernel.image").toURI());
    try (DirectoryStream<Path> lists = Files.newDirectoryStream(image.getParent(), "*.list")) {
      lists.forEach(list -> made.add(list.getFileName().toString().replace(".list", "")));
    }

    assertThat(made).containsExactlyInAnyOrderElementsOf(Parent.BUNDLES);
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
  void noClassHasANameThatFitsAnyClass() {
    noClasses()
        .that()
        .areNotAssignableTo(LogManager.class) // which is the JDK's word
        .should()
        .haveNameMatching(".*(Utils?|Helper|Impl|Manager)(\\$.*)?")
        .check(LIBRARY);
  }

  private static Layer only(String layer) {
    return others -> {
      List<String> packages = new ArrayList<>(List.of(others));
      if (layer.equals(CONTEXT) || packages.contains(CONTEXT)) {
        packages.addAll(List.of(CONTEXT_PARTS));
      }
      packages.add(layer);
      packages.add("java..");
      packages.add(NULLNESS);
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
