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
  private final Map<String, Boolean> ends = new ConcurrentHashMap<>();
  private final Map<String, Boolean> environment = new ConcurrentHashMap<>();

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
    return guess(className, resources, RESOURCES::isIn);
  }

  /** Whether a class seems to log. */
  boolean logging(String className) {
    return guess(className, logging, LOGGING::isIn);
  }

  /** Whether a class seems to end its process. */
  boolean endsProcess(String className) {
    return guess(className, ends, ProcessUse::endsProcess);
  }

  /** Whether a class seems to start programs, or to read environment variables. */
  boolean environment(String className) {
    return guess(className, environment, ProcessUse::usesEnvironment);
  }

  private boolean guess(
      String className, Map<String, Boolean> known, Function<byte[], Boolean> look) {
    Boolean before = known.get(className);
    if (before != null) {
      return before;
    }
    byte[] classFile = classFiles.apply(className);
    boolean uses = classFile != null && look.apply(classFile);
    if (classFile != null) { // an absent class may come later, or a child has made up its name
      known.put(className, uses);
    }
    return uses;
  }
}
