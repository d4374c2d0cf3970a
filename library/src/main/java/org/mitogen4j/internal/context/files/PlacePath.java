package org.mitogen4j.internal.context.files;

import java.io.File;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Collections;
import java.util.Iterator;

/** The path of a place as a jar: {@code /PLACE/NAME.jar}. It is absolute, and has one name. */
final class PlacePath implements Path {
  private final PlaceFileSystem files;
  final int place;
  private final String text;

  PlacePath(PlaceFileSystem files, String text) {
    this.files = files;
    this.text = text;
    int slash = text.indexOf('/', 1);
    try {
      place = Integer.parseInt(text.substring(1, slash < 0 ? text.length() : slash));
    } catch (RuntimeException e) {
      throw new InvalidPathException(text, "names no place of the program");
    }
  }

  @Override
  public FileSystem getFileSystem() {
    return files;
  }

  @Override
  public boolean isAbsolute() {
    return true;
  }

  @Override
  public Path getRoot() {
    return null;
  }

  @Override
  public Path getFileName() {
    return this;
  }

  @Override
  public Path getParent() {
    return null;
  }

  @Override
  public int getNameCount() {
    return 1;
  }

  @Override
  public Path getName(int index) {
    return subpath(index, index + 1);
  }

  @Override
  public Path subpath(int begin, int end) {
    if (begin != 0 || end != 1) {
      throw new IllegalArgumentException("a place has one name");
    }
    return this;
  }

  @Override
  public boolean startsWith(Path other) {
    return equals(other);
  }

  @Override
  public boolean startsWith(String other) {
    return text.equals(other);
  }

  @Override
  public boolean endsWith(Path other) {
    return equals(other);
  }

  @Override
  public boolean endsWith(String other) {
    return text.equals(other);
  }

  @Override
  public Path normalize() {
    return this;
  }

  @Override
  public Path resolve(Path other) {
    if (!(other instanceof PlacePath)) {
      throw new ProviderMismatchException();
    }
    return other;
  }

  @Override
  public Path resolve(String other) {
    return other.isEmpty() ? this : files.getPath(other);
  }

  @Override
  public Path resolveSibling(Path other) {
    return resolve(other);
  }

  @Override
  public Path resolveSibling(String other) {
    return resolve(other);
  }

  @Override
  public Path relativize(Path other) {
    throw new IllegalArgumentException("places have no relative paths");
  }

  @Override
  public URI toUri() {
    try {
      // an empty authority as paths of files have it: Jetty takes others for aliases of it
      return URI.create(new URI(PlaceFiles.SCHEME, "", text, null).toASCIIString());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(text, e);
    }
  }

  @Override
  public Path toAbsolutePath() {
    return this;
  }

  @Override
  public Path toRealPath(LinkOption... options) {
    return this;
  }

  @Override
  public File toFile() {
    throw new UnsupportedOperationException("a place of the program is no file here");
  }

  @Override
  public WatchKey register(
      WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
    throw new UnsupportedOperationException();
  }

  @Override
  public WatchKey register(WatchService watcher, WatchEvent.Kind<?>... events) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Iterator<Path> iterator() {
    return Collections.<Path>singleton(this).iterator();
  }

  @Override
  public int compareTo(Path other) {
    return text.compareTo(((PlacePath) other).text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PlacePath
        && ((PlacePath) other).files == files
        && ((PlacePath) other).place == place;
  }

  @Override
  public int hashCode() {
    return place;
  }

  @Override
  public String toString() {
    return text;
  }
}
