package org.mitogen4j.parent;

import java.security.SecureRandom;

/** Words that nobody guesses. */
final class Token {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Token() {}

  /** 64 random bits as hexadecimal digits. */
  static String random() {
    String digits = Long.toHexString(RANDOM.nextLong());
    // not by a format: that takes a context 10 ms when it starts its first child
    return "0000000000000000".substring(digits.length()) + digits;
  }
}
