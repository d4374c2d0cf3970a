package org.mitogen4j.internal.master;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.mitogen4j.internal.context.classes.ResourceKey;

/**
 * Reads large files in pieces of {@link ResourceKey#PIECE} bytes. The files that were read last
 * stay open at their position, with their last pieces, since children ask for several pieces at a
 * time, which arrive in any order. Thread safe.
 */
final class FilePieces {
  /** The most files that are open at a time. */
  private static final int MAX_OPEN = 16;

  /** The most pieces that are kept of each file. */
  private static final int MAX_RECENT = 4;

  private static final int BUFFER = 8192;

  private static final class Open {
    @GuardedBy("this")
    private InputStream in;

    @GuardedBy("this")
    private long at;

    @GuardedBy("this")
    private final Map<Long, byte[]> recent = new LinkedHashMap<>();

    synchronized void close() throws IOException {
      if (in != null) {
        in.close();
        in = null;
      }
    }

    synchronized byte[] read(Place place, String file, long offset) throws IOException {
      byte[] piece = recent.get(offset);
      if (piece != null) {
        return piece;
      }
      if (in == null || at > offset) {
        close();
        in = place.open(file);
        at = 0;
      }
      while (offset - at > (long) MAX_RECENT * ResourceKey.PIECE) {
        long skipped = in.skip(offset - at);
        if (skipped <= 0 && in.read() < 0) {
          return new byte[0];
        }
        at += Math.max(1, skipped);
      }
      while (at <= offset) {
        piece = FilePieces.read(in, ResourceKey.PIECE);
        recent.put(at, piece);
        at += ResourceKey.PIECE;
        if (recent.size() > MAX_RECENT) {
          Iterator<byte[]> oldest = recent.values().iterator();
          oldest.next();
          oldest.remove();
        }
      }
      return piece;
    }
  }

  /** The open files by place and name; the one that was used last is last. */
  @GuardedBy("open")
  private final Map<String, Open> open = new LinkedHashMap<>();

  /**
   * Reads a piece: shorter than others at the end of the file, empty behind it.
   *
   * @param offset a multiple of {@link ResourceKey#PIECE}
   */
  byte[] read(Place place, String file, long offset) throws IOException {
    String name = place.number + "/" + file;
    Open reading;
    Open oldest = null;
    synchronized (open) {
      reading = open.remove(name);
      reading = reading == null ? new Open() : reading;
      open.put(name, reading);
      if (open.size() > MAX_OPEN) {
        Iterator<Open> all = open.values().iterator();
        oldest = all.next();
        all.remove();
      }
    }
    if (oldest != null) {
      oldest.close();
    }
    boolean more = false;
    try {
      byte[] piece = reading.read(place, file, offset);
      more = piece.length == ResourceKey.PIECE;
      return piece;
    } finally {
      if (!more) { // the end, or a failure
        synchronized (open) {
          open.remove(name, reading);
        }
        reading.close();
      }
    }
  }

  /** Reads at most {@code most} bytes; fewer where the stream ends. */
  static byte[] read(InputStream in, int most) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buf = new byte[BUFFER];
    while (out.size() < most) {
      int n = in.read(buf, 0, Math.min(buf.length, most - out.size()));
      if (n < 0) {
        break;
      }
      out.write(buf, 0, n);
    }
    return out.toByteArray();
  }
}
