package org.mitogen4j.connect.spi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;

/**
 * What a program says on its standard error before it does what it is to do: it asks for a
 * password, or goes ahead at once. Both show by words that nobody else says. No more is read than
 * up to them.
 */
public final class PasswordPrompt {
  private static final long POLL_MILLIS = 2;

  /** A lecture is shorter. */
  private static final int MOST_SAID = 1 << 14;

  private final Process process;
  private final String prompt;
  private final String ahead;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  /**
   * @param prompt how the program was told to ask
   * @param ahead what is said once nothing will be asked any more
   */
  public PasswordPrompt(Process process, String prompt, String ahead) {
    this.process = process;
    this.prompt = prompt;
    this.ahead = ahead;
  }

  /** What was said, without what is our own. */
  public String said() {
    return new String(said.toByteArray(), StandardCharsets.UTF_8).replace(prompt, "").trim();
  }

  /**
   * Gives the password when it is asked for. Returns when the program has gone ahead, or ended.
   *
   * @throws StartException when the password is not accepted, or it takes too long
   */
  public void hold(Secret password, Duration timeout) throws IOException {
    long until = System.nanoTime() + timeout.toNanos();
    InputStream in = process.getErrorStream();
    boolean given = false;
    for (boolean alive = true; alive; ) {
      alive = process.isAlive();
      while (in.available() > 0) {
        said.write(in.read());
        if (said.size() > MOST_SAID) {
          throw new StartException(
              Reason.OTHER, "it says too much ahead of a question: " + said().substring(0, 1000));
        }
        if (endsWith(ahead)) {
          return;
        } else if (endsWith(prompt) && given) {
          throw new StartException(Reason.PASSWORD_WRONG, "it did not accept the password");
        } else if (endsWith(prompt)) {
          give(password);
          given = true;
        }
      }
      if (System.nanoTime() - until > 0) {
        throw new StartException(
            Reason.TIMEOUT,
            "no sign of life within the connect timeout of "
                + timeout.toMillis()
                + " ms; stderr: "
                + said());
      }
      try {
        Thread.sleep(alive ? POLL_MILLIS : 0);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StartException(Reason.OTHER, "interrupted");
      }
    }
  }

  private boolean endsWith(String word) {
    byte[] all = said.toByteArray();
    byte[] end = word.getBytes(StandardCharsets.UTF_8);
    int from = all.length - end.length;
    return from >= 0 && Arrays.equals(Arrays.copyOfRange(all, from, all.length), end);
  }

  @SuppressWarnings("resource") // the pipe stays open
  private void give(Secret password) throws IOException {
    byte[] secret = password.bytes();
    byte[] line = Arrays.copyOf(secret, secret.length + 1);
    line[secret.length] = '\n';
    OutputStream out = process.getOutputStream();
    out.write(line);
    out.flush();
    Arrays.fill(secret, (byte) 0);
    Arrays.fill(line, (byte) 0);
  }
}
