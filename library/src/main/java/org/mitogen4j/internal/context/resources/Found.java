package org.mitogen4j.internal.context.resources;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.internal.context.classes.ResourceKey;

/** A resource that was found: one file or folder in one place. */
final class Found {
  /** The number of the place that it is in. */
  final int place;

  /** The name of the place: that of its jar, folder or module. */
  final String placeName;

  /** Its name in the place. */
  final String path;

  /** Its size in bytes; -1 for a folder. */
  final long size;

  /** The time of its last change in milliseconds since 1970; 0 if that is not known. */
  final long modified;

  /**
   * Its content, for a folder the names of its files, one a line; null if it was not sent along.
   */
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
   * Reads the answer to {@link ResourceKey#find}, which has, for each place with the resource, all
   * variants for different versions of Java.
   *
   * @param javaVersion the version of the JVM that is going to use the resource
   * @return for each place the variant for this version
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
