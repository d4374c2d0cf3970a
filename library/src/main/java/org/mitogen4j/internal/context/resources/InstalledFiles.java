package org.mitogen4j.internal.context.resources;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.mitogen4j.internal.context.files.PlaceFiles;
import org.mitogen4j.internal.context.files.PlaceReader;

/**
 * Makes the program's places file systems of this JVM. Apart from {@link ProgramUrls}, so that only
 * a program that may use them gets these classes.
 */
final class InstalledFiles implements PlaceReader {
  private final ResourceReader reader;

  private InstalledFiles(ResourceReader reader) {
    this.reader = reader;
  }

  static void install(ResourceReader reader) {
    PlaceFiles.install(new InstalledFiles(reader));
  }

  @Override
  public Map<String, Long> index(int place) throws IOException {
    return reader.index(place);
  }

  @Override
  public InputStream open(int place, String path) throws IOException {
    return path.isEmpty() ? reader.openPlace(place) : reader.open(reader.at(place, "", path));
  }
}
