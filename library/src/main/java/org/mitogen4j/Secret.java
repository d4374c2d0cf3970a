package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.InvalidObjectException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A password or another secret text: never printed, never logged, overwritten when closed. It can
 * be sent to contexts below, which may need it for their own connection methods, and to no others.
 *
 * <p>Closing overwrites only the secret's own bytes: copies that were sent, or that the garbage
 * collector made, stay in memory. Any thread may use it.
 */
public final class Secret implements Serializable, AutoCloseable {
  private static final long serialVersionUID = 1;

  /** The most bytes of a char in UTF-8. */
  private static final int MAX_BYTES = 3;

  @GuardedBy("this")
  private byte[] utf8; // null once closed

  private Secret(byte[] utf8) {
    this.utf8 = utf8;
  }

  /**
   * Makes a secret.
   *
   * @param characters are copied: the caller may overwrite its array
   * @return the secret
   */
  public static Secret of(char[] characters) {
    byte[] room = new byte[characters.length * MAX_BYTES];
    ByteBuffer to = ByteBuffer.wrap(room);
    StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(characters), to, true);
    byte[] utf8 = Arrays.copyOf(room, to.position());
    Arrays.fill(room, (byte) 0);
    return new Secret(utf8);
  }

  /**
   * Makes a secret of a string. Prefer an array where you have one: a string can't be overwritten.
   *
   * @param characters stay in memory as long as the string does
   * @return the secret
   */
  public static Secret of(String characters) {
    return new Secret(characters.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The secret as UTF-8, in a copy that the caller should overwrite.
   *
   * @throws IllegalStateException when it was closed
   */
  public synchronized byte[] bytes() {
    if (utf8 == null) {
      throw new IllegalStateException("the secret was closed, which erased it");
    }
    return utf8.clone();
  }

  /**
   * The secret's characters, in a copy that the caller should overwrite.
   *
   * @throws IllegalStateException when it was closed
   */
  public char[] chars() {
    byte[] bytes = bytes();
    char[] room = new char[bytes.length];
    CharBuffer to = CharBuffer.wrap(room);
    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), to, true);
    char[] characters = Arrays.copyOf(room, to.position());
    Arrays.fill(room, '\0');
    Arrays.fill(bytes, (byte) 0);
    return characters;
  }

  /**
   * Overwrites the secret: it can be neither read nor sent any more. Closing it again does nothing.
   */
  @Override
  public synchronized void close() {
    if (utf8 != null) {
      Arrays.fill(utf8, (byte) 0);
      utf8 = null;
    }
  }

  private synchronized void writeObject(ObjectOutputStream out) throws java.io.IOException {
    if (utf8 == null) {
      throw new InvalidObjectException("a secret that was closed can't be sent");
    }
    out.defaultWriteObject();
  }

  /**
   * Whether both hold the same characters. The time that this takes does not depend on where they
   * differ. A secret that was closed equals only itself.
   */
  @Override
  public boolean equals(@Nullable Object o) {
    if (this == o || !(o instanceof Secret)) {
      return this == o;
    }
    byte[] own = copy();
    byte[] other = ((Secret) o).copy();
    return own != null && other != null && MessageDigest.isEqual(own, other);
  }

  private synchronized byte[] copy() {
    return utf8 == null ? null : utf8.clone();
  }

  /** The same number for all secrets, so that it tells nothing of one. */
  @Override
  public int hashCode() {
    return Secret.class.getName().hashCode();
  }

  /** Four stars, whatever the secret is. */
  @Override
  public String toString() {
    return "****";
  }
}
