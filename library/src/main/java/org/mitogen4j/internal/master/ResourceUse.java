package org.mitogen4j.internal.master;

import org.mitogen4j.internal.parent.classes.ConstantTexts;

/**
 * Guesses whether a class looks for resources, packages or code sources, or logs: whether its class
 * file contains names of such methods or types. After a wrong guess a child asks for what would
 * otherwise have come with the call.
 */
final class ResourceUse {
  private static final ConstantTexts NAMES =
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

  private ResourceUse() {}

  /** Whether a class seems to look for resources, packages or code sources. */
  static boolean in(byte[] classFile) {
    return NAMES.isIn(classFile);
  }

  /** Whether a class seems to log. */
  static boolean ofLogging(byte[] classFile) {
    return LOGGING.isIn(classFile);
  }
}
