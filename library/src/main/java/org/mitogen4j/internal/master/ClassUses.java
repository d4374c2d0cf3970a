package org.mitogen4j.internal.master;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.mitogen4j.internal.parent.classes.ConstantTexts;
import org.mitogen4j.internal.parent.classes.ProcessUse;

/**
 * Guesses what the program's classes do, by names of methods and types in their class files; looks
 * at each class once. After a wrong guess a child asks for what would otherwise have come with the
 * call. Thread safe.
 */
final class ClassUses {
  private static final ConstantTexts RESOURCES =
      ConstantTexts.beginning(
          "getResource",
          "java/util/ServiceLoader",
          "java/util/ResourceBundle",
          "getProtectionDomain",
          "getPackage",
          "java/lang/Package",
          "java/sql/DriverManager",
          "getContextClassLoader",
          "javax/script/",
          "javax/xml/");

  private static final ConstantTexts LOGGING =
      ConstantTexts.beginning(
          "java/util/logging/",
          "java/lang/System$Logger",
          "org/slf4j/",
          "org/apache/logging/log4j/",
          "org/apache/commons/logging/",
          "org/jboss/logging/");

  private final Function<String, byte[]> classFiles;

  // the answers by class name
  private final Map<String, Boolean> resources = new ConcurrentHashMap<>();
  private final Map<String, Boolean> logging = new ConcurrentHashMap<>();
  private final Map<String, ProcessUse> process = new ConcurrentHashMap<>();

  /**
   * Looks at nothing yet.
   *
   * @param classFiles gives the class file of a class; null if there is none
   */
  ClassUses(Function<String, byte[]> classFiles) {
    this.classFiles = classFiles;
  }

  /** Whether a class seems to look for resources, packages or code sources. */
  boolean resources(String className) {
    return guess(className, resources, false, RESOURCES::isIn);
  }

  /** Whether a class seems to log. */
  boolean logging(String className) {
    return guess(className, logging, false, LOGGING::isIn);
  }

  /** What a class seems to do to its process. */
  ProcessUse process(String className) {
    return guess(className, process, ProcessUse.NONE, ProcessUse::of);
  }

  private <T> T guess(
      String className, Map<String, T> known, T ofAbsent, Function<byte[], T> look) {
    T guess = known.get(className);
    if (guess != null) {
      return guess;
    }
    byte[] classFile = classFiles.apply(className);
    if (classFile == null) {
      return ofAbsent; // it may come later, or a child has made up its name
    }
    guess = look.apply(classFile);
    known.put(className, guess);
    return guess;
  }
}
