package org.mitogen4j.internal.parent.start;

import java.util.function.Function;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** The java and the script with which the start of a child is attempted first. */
final class FirstAttempt {
  /** The path of the java to run; null when it has to be found. */
  final String java;

  /** The oldest version of Java that is accepted; 0 for any. */
  final int oldestJava;

  /** Whether {@link BootstrapScript#careful} is used. */
  final boolean careful;

  /**
   * @param found the java that earlier starts by the same method found; null for none
   */
  FirstAttempt(ConnectionMethod<?> method, FoundJava.Entry found) {
    java = found == null ? method.javaPath() : found.path;
    boolean any = found != null || method.minimumJava() == ConnectionMethod.OLDEST_JAVA;
    oldestJava = any ? 0 : method.minimumJava();
    careful = found != null && found.careful || BootstrapScript.needsCare(method.jvmArguments());
  }

  /** The form of the script. */
  static Function<BootstrapScript, String> script(boolean careful) {
    return careful ? BootstrapScript::careful : BootstrapScript::text;
  }
}
