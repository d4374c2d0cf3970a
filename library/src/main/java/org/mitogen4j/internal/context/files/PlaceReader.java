package org.mitogen4j.internal.context.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** Reads the places of the program. */
public interface PlaceReader {
  /** The sizes of all files of a place by name, -1 for folders. May wait for the parent. */
  Map<String, Long> index(int place) throws IOException;

  /**
   * The content of a file of a place, or the whole place as a jar; nothing is asked for before it
   * is read.
   *
   * @param path the file's name in the place; empty for the whole place
   */
  InputStream open(int place, String path) throws IOException;
}
