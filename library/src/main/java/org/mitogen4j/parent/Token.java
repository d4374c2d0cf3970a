package org.mitogen4j.parent;

import java.security.SecureRandom;

/** Words that nobody guesses. */
final class Token {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Token() {}

  /** 64 random bits as hexadecimal digits. */
  static String random() {
    return String.format("%016x", RANDOM.nextLong());
  }
}
