package org.mitogen4j.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.StartException;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.ProcessConnection;
import org.mitogen4j.internal.boot.ReliableLine;

/**
 * The parent's end of the connection to a child behind a console. Until the first frame of the
 * child's end, the text on the console is passed on, since words of the first-stage script are
 * among it. Later text comes from the operating system there; the last of it is kept for error
 * messages.
 */
final class ConsoleConnection extends ProcessConnection {
  /** Milliseconds for which the end waits until the child has acknowledged it. */
  private static final long END_MILLIS = 500;

  private static final long QUIET_MILLIS = 50;

  /** The most characters that are kept of the last lines that the far system printed. */
  private static final int KEPT = 1_000;

  /** The most bytes of the child's stderr that wait to be read; a line tells how many more came. */
  private static final int MOST_ERRORS = 1 << 16;

  private final Line line;
  private final BoundedBuffer childErrors = new BoundedBuffer(MOST_ERRORS);
  private final Pattern ended;
  private volatile Integer exitCode;
  private volatile String said = "";
  private boolean isClosed; // guarded by this

  ConsoleConnection(ConsoleText text, String what, Bootstrap bootstrap) {
    super(text.process, what, join(bootstrap.image(), bootstrap.settings()));
    ended = Pattern.compile(ConsoleLoader.ANSWER + "!" + bootstrap.token() + ":(\\d{1,3})");
    line = new Line(text.process, bootstrap.token());
    line.start("mitogen line " + what);
    noteLogin();
  }

  private static byte[] join(byte[] a, byte[] b) {
    byte[] all = new byte[a.length + b.length];
    System.arraycopy(a, 0, all, 0, a.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  private final class Line extends ReliableLine {
    Line(Process process, String token) {
      super(process.getInputStream(), process.getOutputStream(), token, PARENT);
    }

    @Override
    protected void text(byte[] b, int size) {
      String text = new String(b, 0, size, StandardCharsets.UTF_8);
      Matcher code = ended.matcher(text);
      int shown = text.indexOf(ConsoleLoader.ANSWER + ">");
      if (code.find()) {
        exitCode = Integer.parseInt(code.group(1));
        childErrors.close();
        end();
      } else if (shown >= 0) { // left over in the child's pipe, behind an empty line
        byte[] words = (text.substring(shown + 4) + "\n").getBytes(StandardCharsets.UTF_8);
        childErrors.write(words, 0, words.length > 1 ? words.length : 0);
      } else if (expected == 0) {
        give(b, 0, size);
        give(new byte[] {'\n'}, 0, 1);
      } else {
        String all = said + text + "\n";
        said = all.substring(Math.max(0, all.length() - KEPT));
      }
    }

    @Override
    protected void errors(byte[] b, int off, int size) {
      childErrors.write(b, off, size);
    }

    @Override
    protected void lost() {
      endProgram();
    }
  }

  @Override
  public InputStream input() {
    return line;
  }

  @Override
  public OutputStream output() {
    return line.data;
  }

  @Override
  public InputStream errors() {
    return childErrors;
  }

  @Override
  protected @Nullable Integer exitCode() throws InterruptedException {
    return exitCode == null ? super.exitCode() : exitCode;
  }

  @Override
  public StartException failure(boolean reached, String printed, String errorText) {
    StartException e = super.failure(reached, printed, errorText);
    return said.isEmpty()
        ? e
        : new StartException(e.reason(), e.getMessage() + "; the console showed: " + said.trim());
  }

  /** Tells the child, and ends the program; does not wait for either. */
  @Override
  public void close() {
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
    }
    Thread thread = new Thread(this::end, "mitogen end console");
    thread.setDaemon(true);
    thread.start();
  }

  private void end() {
    try {
      line.data.close();
      line.drain(QUIET_MILLIS, END_MILLIS);
    } catch (IOException | InterruptedException e) {
      // then the child notices the end by the silence
    }
    endProgram();
    line.close();
    childErrors.close();
  }

  private void endProgram() {
    try {
      super.close();
    } catch (IOException e) {
      // then it is closed
    }
  }
}
