package org.mitogen4j;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Takes the bytes that a command writes to one stream: keeps them up to a limit, splits them into
 * lines, or passes them on unchanged.
 */
final class ShellOutput {
  /** Bytes of a line; a longer one comes in parts. */
  private static final int MAX_LINE = 1 << 20;

  private final int limit;
  private final Consumer<String> lines;

  /** Gets the bytes unchanged; null when they are kept or split into lines. */
  private final OutputStream copy;

  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private boolean cut;

  /** Whether the last line ended with a carriage return: a line feed behind it is no line. */
  private boolean returned;

  /**
   * @param limit bytes that are kept
   * @param lines what takes the lines; null where the bytes are to be kept
   */
  ShellOutput(int limit, Consumer<String> lines) {
    this.limit = limit;
    this.lines = lines;
    copy = null;
  }

  /**
   * @param to gets the bytes unchanged
   */
  ShellOutput(OutputStream to) {
    limit = 0;
    lines = null;
    copy = to;
  }

  void take(byte[] bytes) {
    if (copy != null) {
      try {
        copy.write(bytes);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } else if (lines != null) {
      split(bytes);
    } else {
      int room = Math.min(bytes.length, limit - kept.size());
      kept.write(bytes, 0, room);
      cut |= room < bytes.length;
    }
  }

  private void split(byte[] bytes) {
    int from = 0;
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b == '\n' || b == '\r') {
        boolean second = b == '\n' && returned && kept.size() == 0 && i == from;
        if (!second) {
          kept.write(bytes, from, i - from);
          line(kept.size());
        }
        from = i + 1;
      } else if (kept.size() + i - from >= MAX_LINE) {
        kept.write(bytes, from, i - from);
        line(whole(kept.toByteArray()));
        from = i;
      }
      returned = b == '\r';
    }
    kept.write(bytes, from, bytes.length - from);
  }

  /** The end of the last complete character. */
  private static int whole(byte[] utf8) {
    int start = utf8.length;
    while (start > utf8.length - 4 && start > 0 && (utf8[start - 1] & 0xC0) == 0x80) {
      start--;
    }
    boolean first = start > 0 && (utf8[start - 1] & 0xC0) == 0xC0;
    return first ? start - 1 : utf8.length;
  }

  private void line(int length) {
    byte[] bytes = kept.toByteArray();
    kept.reset();
    kept.write(bytes, length, bytes.length - length);
    lines.accept(new String(bytes, 0, length, StandardCharsets.UTF_8));
  }

  /** The stream has ended: what stands behind its last line break is a line, too. */
  void end() {
    if (lines != null && kept.size() > 0) {
      line(kept.size());
    }
  }

  byte[] bytes() {
    return lines == null ? kept.toByteArray() : new byte[0];
  }

  boolean isCut() {
    return cut;
  }
}
