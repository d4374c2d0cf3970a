package org.mitogen4j.connect.spi;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The command to run on a child's side, and the bytes to send to it first. A connection method
 * chooses between two forms. For a login shell, whose command line should be short and survive any
 * shell's quoting, {@link #command} reads the script from its input, ahead of the {@link
 * #preamble}. For a program that passes arguments on as they are, the script is one of the {@link
 * #arguments}. Immutable, as long as nobody changes the returned arrays, which are no copies.
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

  /** A random word; the child's own output begins with it. */
  public String token() {
    return token;
  }

  /** The command line for a remote login shell; it reads the script from standard input. */
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

  /** The shell and the script as arguments, for programs that pass arguments on as they are. */
  public List<String> arguments() {
    return Arrays.asList("sh", "-c", script);
  }

  /** The bytes to send first when {@link #arguments} were run. */
  public byte[] preamble() {
    return afterScript;
  }

  /** The bytes to send first to a first stage that already runs: the settings. */
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
