package org.mitogen4j.internal.parent.classes;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mitogen4j.internal.parent.ContextRecord;

/** Compares the versions of class files with those of the JVMs of children. */
public final class JavaVersion {
  /** The difference between a class file's version and the Java version. */
  private static final int OFFSET = 44;

  private static final Pattern ERROR =
      Pattern.compile("^([^ ]{1,1000}) .*?class file version ([0-9]{1,5})\\.");

  private JavaVersion() {}

  /** The Java version of a context; that of this JVM if it is not known yet. */
  public static int of(ContextRecord context) {
    String version = context.javaVersion;
    return feature(version == null ? System.getProperty("java.version") : version);
  }

  /** Reads a version: 8 for "1.8.0_392", 17 for "17.0.15", 25 for "25-ea"; others count as new. */
  static int feature(String version) {
    int first = number(version, 0);
    int feature = first == 1 ? number(version, 2) : first;
    return feature == 0 ? Integer.MAX_VALUE - OFFSET : feature;
  }

  private static int number(String text, int from) {
    int n = 0;
    for (int i = from; i < text.length() && Character.isDigit(text.charAt(i)) && n < 1000; i++) {
      n = 10 * n + Character.digit(text.charAt(i), 10);
    }
    return n;
  }

  /**
   * Refuses a class that a child can't read; accepts all while the child's version is not known.
   *
   * @throws UnsupportedClassVersionError with both versions in the message
   */
  static void check(ContextRecord child, String className, byte[] classFile) {
    if (child.javaVersion != null && classFile != null && classFile.length > 8) {
      int version = (classFile[6] & 255) << 8 | classFile[7] & 255;
      if (version > feature(child.javaVersion) + OFFSET) {
        throw new UnsupportedClassVersionError(refusal(child, className, version));
      }
    }
  }

  /**
   * The library's message for a class that a child's JVM found too new.
   *
   * @param error the message of its error, with the class and "class file version N"
   * @return null if the error is another one, or the child's version is not known
   */
  static String refusal(ContextRecord child, String error) {
    Matcher m = ERROR.matcher(error == null ? "" : error);
    return child.javaVersion != null && m.find()
        ? refusal(child, m.group(1).replace('/', '.'), Integer.parseInt(m.group(2)))
        : null;
  }

  private static String refusal(ContextRecord child, String className, int version) {
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
