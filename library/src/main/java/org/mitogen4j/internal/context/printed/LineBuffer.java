package org.mitogen4j.internal.context.printed;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.mitogen4j.internal.context.bounds.Limits;

/**
 * Collects printed bytes into whole lines. Bytes of a line beyond {@link Limits#LINE} are dropped,
 * and a note at its end says so. For one thread at a time.
 */
public final class LineBuffer {
  private static final int SMALL = 1 << 12;

  private byte[] buf = new byte[SMALL];
  private int length;

  /** The index at which the last line begins, which is not complete yet. */
  private int partial;

  /** Bytes of the last line so far, including those that were dropped or taken. */
  private long size;

  /** Adds bytes. The caller takes the complete lines before it adds more. */
  public void add(byte[] bytes, int off, int n) {
    int end = off + n;
    if (size + n <= Limits.LINE) { // nothing is cut
      append(bytes, off, n);
      size += n;
      for (int last = end - 1; last >= off; last--) {
        if (bytes[last] == '\n') {
          size = (long) end - 1 - last;
          partial = length - (int) size;
          break;
        }
      }
      return;
    }
    int at = off;
    while (at < end) {
      int next = at;
      while (next < end && bytes[next] != '\n') {
        next++;
      }
      line(bytes, at, next - at);
      if (next < end) {
        newLine();
        next++;
      }
      at = next;
    }
  }

  private void line(byte[] bytes, int off, int n) {
    int room = (int) Math.max(0, Math.min(n, Limits.LINE - size));
    append(bytes, off, room);
    size += n;
  }

  private void newLine() {
    noteCut();
    append(new byte[] {'\n'}, 0, 1);
    partial = length;
    size = 0;
  }

  private void noteCut() {
    if (size > Limits.LINE) {
      byte[] note = ("... (cut, " + size + " bytes in all)").getBytes(StandardCharsets.US_ASCII);
      append(note, 0, note.length);
    }
  }

  private void append(byte[] bytes, int off, int n) {
    if (length + n > buf.length) {
      buf = Arrays.copyOf(buf, Math.max(length + n, 2 * buf.length));
    }
    System.arraycopy(bytes, off, buf, length, n);
    length += n;
  }

  /** Whether there is the beginning of a line, and no complete line. */
  public boolean isPartial() {
    return partial == 0 && length > 0;
  }

  /** Takes the complete lines; returns an empty array if there are none. */
  public byte[] takeLines() {
    return take(partial);
  }

  /** Takes all bytes, also the beginning of a line: the rest of that will be another line. */
  public byte[] takeAll() {
    if (length > 0) {
      noteCut();
    }
    return take(length);
  }

  private byte[] take(int n) {
    byte[] taken = Arrays.copyOf(buf, n);
    System.arraycopy(buf, n, buf, 0, length -= n);
    partial = 0;
    if (length == 0 && buf.length > SMALL) {
      buf = new byte[SMALL];
    }
    return taken;
  }
}
