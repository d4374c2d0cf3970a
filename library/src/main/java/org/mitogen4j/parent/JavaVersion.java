package org.mitogen4j.parent;

import org.mitogen4j.MitogenException;

/** Which class files a child's JVM can read. */
final class JavaVersion {
  /** What a class file's version is above the Java version. */
  private static final int OFFSET = 44;

  private JavaVersion() {}

  /** 8 for "1.8.0_392", 17 for "17.0.15", 25 for "25-ea". */
  static int feature(String version) {
    String[] parts = version.split("[^0-9]+", 3);
    int first = Integer.parseInt(parts[0]);
    return first == 1 ? Integer.parseInt(parts[1]) : first;
  }

  /**
   * Refuses a class that a child can't read, as far as the child's version is known.
   *
   * @throws MitogenException with both versions in the message
   */
  static void check(Known child, String className, byte[] classFile) {
    if (child.javaVersion != null && classFile != null && classFile.length > 8) {
      int version = (classFile[6] & 255) << 8 | classFile[7] & 255;
      if (version > feature(child.javaVersion) + OFFSET) {
        throw new MitogenException(refusal(child, className, version));
      }
    }
  }

  /** What to tell about a class that is too new for a child. */
  static String refusal(Known child, String className, int version) {
    return "class "
        + className
        + " was compiled for Java "
        + (version - OFFSET)
        + " (class file version "
        + version
        + "), but context "
        + child.name
        + " runs Java "
        + child.javaVersion
        + ": compile with --release "
        + feature(child.javaVersion)
        + ", or give the child a newer Java with javaPath(...)";
  }
}
