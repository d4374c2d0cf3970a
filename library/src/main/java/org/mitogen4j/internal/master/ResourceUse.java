package org.mitogen4j.internal.master;

import java.nio.charset.StandardCharsets;

/**
 * Whether a class file names what looks for resources, packages or code sources. A guess: where it
 * is wrong, a child asks for what would else have come with the call.
 */
final class ResourceUse {
  private static final byte[][] NAMES = {
    ascii("getResource"),
    ascii("java/util/ServiceLoader"),
    ascii("java/util/ResourceBundle"),
    ascii("getProtectionDomain"),
    ascii("getPackage"),
    ascii("java/lang/Package"),
    ascii("java/sql/DriverManager"),
    ascii("getContextClassLoader"),
    ascii("javax/script/"),
    ascii("javax/xml/")
  };

  private static final byte[][] LOGGING = {
    ascii("java/util/logging/"),
    ascii("java/lang/System$Logger"),
    ascii("org/slf4j/"),
    ascii("org/apache/logging/log4j/"),
    ascii("org/apache/commons/logging/"),
    ascii("org/jboss/logging/")
  };

  private ResourceUse() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static boolean in(byte[] classFile) {
    return names(classFile, NAMES);
  }

  /** Whether a class file names what logs. */
  static boolean ofLogging(byte[] classFile) {
    return names(classFile, LOGGING);
  }

  private static boolean names(byte[] classFile, byte[][] names) {
    boolean[] begins = new boolean[1 << Byte.SIZE];
    for (byte[] name : names) {
      begins[name[0]] = true;
    }
    for (int i = 0; i < classFile.length; i++) {
      if (begins[classFile[i] & 255]) {
        for (byte[] name : names) {
          if (isAt(classFile, i, name)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean isAt(byte[] classFile, int at, byte[] name) {
    for (int n = 0; n < name.length; n++) {
      if (at + n >= classFile.length || classFile[at + n] != name[n]) {
        return false;
      }
    }
    return true;
  }
}
