package org.mitogen4j.internal.context.resources;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.internal.context.ResourceKey;

/** One file or folder in one place. */
final class Found {
  /** The number of the place that it is in. */
  final int place;

  /** What that is called, for people. */
  final String placeName;

  /** Its name there. */
  final String path;

  /** In bytes; -1 for a folder. */
  final long size;

  /** Milliseconds since 1970; 0 where that is not known. */
  final long modified;

  /** What is in it, of a folder the names of its files, one a line; null where one has to ask. */
  final byte[] content;

  Found(int place, String placeName, String path, long size, long modified, byte[] content) {
    this.place = place;
    this.placeName = placeName;
    this.path = path;
    this.size = size;
    this.modified = modified;
    this.content = content;
  }

  boolean isFolder() {
    return size < 0;
  }

  /**
   * Reads the answer to {@link ResourceKey#find}: for each place that has it, all variants for
   * different versions of Java.
   *
   * @param javaVersion of the JVM that is going to use it
   */
  static List<Found> read(byte[] answer, int javaVersion) {
    List<Found> all = new ArrayList<>();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(answer))) {
      for (int places = in.readUnsignedShort(); places > 0; places--) {
        int place = in.readInt();
        String placeName = in.readUTF();
        Found best = null;
        int bestVersion = -1;
        for (int variants = in.readUnsignedShort(); variants > 0; variants--) {
          int version = in.readUnsignedShort();
          String path = in.readUTF();
          long size = in.readLong();
          long modified = in.readLong();
          int length = in.readInt();
          byte[] content = null;
          if (length >= 0) {
            content = new byte[length];
            in.readFully(content);
          }
          if (version <= javaVersion && version > bestVersion) {
            bestVersion = version;
            best = new Found(place, placeName, path, size, modified, content);
          }
        }
        if (best != null) {
          all.add(best);
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
