package org.mitogen4j.internal.parent.start;

import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.security.SecureRandom;

/** Random numbers and texts that can't be guessed. */
public final class Token {
  private Token() {}

  /** 64 random bits, from the system: a first SecureRandom takes a fresh JVM 13 ms. */
  public static long bits() {
    try (DataInputStream random = new DataInputStream(new FileInputStream("/dev/urandom"))) {
      return random.readLong();
    } catch (IOException e) { // this system has no such file
      return new SecureRandom().nextLong();
    }
  }

  /** 64 random bits as hexadecimal digits; without a formatter, whose first use takes 10 ms. */
  static String random() {
    String digits = Long.toHexString(bits());
    return "0000000000000000".substring(digits.length()) + digits;
  }
}
