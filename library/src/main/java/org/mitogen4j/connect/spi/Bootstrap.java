package org.mitogen4j.connect.spi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What a child must be given: a command to run on its side, and the bytes to send to it first. A
 * connection method chooses the form: over a login shell, whose command line should be short and
 * survive any shell's quoting, the script goes ahead of the preamble; where the arguments of a
 * program are passed as they are, it is an argument. Immutable, provided that no array which its
 * methods return is changed: they return no copies.
 */
public final class Bootstrap {
  private final String token;
  private final String script;
  private final byte[] afterScript;
  private final byte[] settings;
  private final byte[] image;
  private final byte[] jar;

  /**
   * For the code of the library that starts children.
   *
   * @param token a random word
   * @param script the first-stage script, one line
   * @param jar the first-stage jar
   * @param image the kernel image
   * @param settings the child's settings
   */
  public Bootstrap(String token, String script, byte[] jar, byte[] image, byte[] settings) {
    this.token = token;
    this.script = script;
    this.image = image;
    this.jar = jar;
    this.settings = settings;
    afterScript = join(jar, image, settings);
  }

  /** A random word, with which the child's own output begins. */
  public String token() {
    return token;
  }

  /** A command line for a remote login shell, which reads the script from standard input. */
  public String command() {
    return "sh -c '" + readScript() + "'";
  }

  /**
   * A line for a POSIX shell that reads the script from standard input, and runs it. The script is
   * a line of its own, which begins with {@code T=} and the token; no other line is run.
   */
  public String readScript() {
    return "read -r a;case $a in T=" + token.charAt(0) + "*)eval \"$a\";esac";
  }

  /** The bytes to send first when {@link #command} or {@link #readScript} was run. */
  public byte[] commandPreamble() {
    return join(scriptBytes(), afterScript);
  }

  /** A shell and the script, for programs that pass arguments on as they are. */
  public List<String> arguments() {
    return Arrays.asList("sh", "-c", script);
  }

  /** The bytes to send first when {@link #arguments} were run. */
  public byte[] preamble() {
    return afterScript;
  }

  /** The bytes to send first to a first stage that runs already: the settings. */
  public byte[] settings() {
    return settings;
  }

  /** The first-stage script: one line, with its line break; it holds no secret. */
  public String script() {
    return script;
  }

  /**
   * The jar that the first-stage script reads from its standard input; for methods that are a
   * {@link ConnectionMethod#isConsole} it is compressed by gzip.
   */
  public byte[] jar() {
    return jar;
  }

  /** The kernel image. */
  public byte[] image() {
    return image;
  }

  private byte[] scriptBytes() {
    return script.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
