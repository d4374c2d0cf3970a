package org.mitogen4j.internal.context.files;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Set;

/**
 * Makes {@code FileSystems.newFileSystem(URI)} work for the URLs of the program's resources, which
 * begin with {@code jar:mitogen:}: the JDK's file system of jars then finds the jar itself here.
 */
public final class PlaceFiles extends FileSystemProvider {
  /** The scheme of URIs and URLs of the program's files. */
  public static final String SCHEME = "mitogen";

  private final PlaceReader reader;
  private final PlaceFileSystem files = new PlaceFileSystem(this);

  private PlaceFiles(PlaceReader reader) {
    this.reader = reader;
  }

  /** Installs it in this JVM; without effect where that is not possible, as in Java 8. */
  public static void install(PlaceReader reader) {
    try {
      ProviderModule.install(new PlaceFiles(reader));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError none) {
      // then the program finds no file system for these URLs
    }
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException("there is one such file system, for all places");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    return files;
  }

  @Override
  public Path getPath(URI uri) {
    if (uri.getPath() == null) {
      throw new IllegalArgumentException(uri + " has no path");
    }
    return new PlacePath(files, uri.getPath());
  }

  private PlaceChannel open(Path path) throws IOException {
    PlacePath place = (PlacePath) path;
    try {
      return new PlaceChannel(reader, place.place);
    } catch (java.io.FileNotFoundException none) {
      throw new NoSuchFileException(path.toString());
    }
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    if (options.contains(StandardOpenOption.WRITE) || options.contains(StandardOpenOption.APPEND)) {
      throw new ReadOnlyFileSystemException();
    }
    return open(path);
  }

  /** The bytes of the jar itself: a reader of a stream checks the checksums, too. */
  @Override
  public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
    for (OpenOption option : options) {
      if (option != StandardOpenOption.READ) {
        throw new ReadOnlyFileSystemException();
      }
    }
    checkAccess(path);
    return reader.open(((PlacePath) path).place, "");
  }

  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    for (AccessMode mode : modes) {
      if (mode != AccessMode.READ) {
        throw new AccessDeniedException(path.toString());
      }
    }
    open(path).close();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (type != BasicFileAttributes.class) {
      throw new UnsupportedOperationException(type + " of a place");
    }
    return (A) new Attributes(open(path).size());
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String names, LinkOption... options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <V extends FileAttributeView> V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    return null; // this provider has none
  }

  @Override
  public void setAttribute(Path path, String name, Object value, LinkOption... options) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path path, DirectoryStream.Filter<? super Path> filter) throws IOException {
    throw new NotDirectoryException(path.toString());
  }

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void delete(Path path) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void copy(Path from, Path to, CopyOption... options) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void move(Path from, Path to, CopyOption... options) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public boolean isSameFile(Path one, Path other) {
    return one.equals(other);
  }

  @Override
  public boolean isHidden(Path path) {
    return false;
  }

  @Override
  public FileStore getFileStore(Path path) {
    throw new UnsupportedOperationException();
  }

  /** A place is a file whose times are not known. */
  private static final class Attributes implements BasicFileAttributes {
    private final long size;

    Attributes(long size) {
      this.size = size;
    }

    @Override
    public FileTime lastModifiedTime() {
      return FileTime.fromMillis(0);
    }

    @Override
    public FileTime lastAccessTime() {
      return FileTime.fromMillis(0);
    }

    @Override
    public FileTime creationTime() {
      return FileTime.fromMillis(0);
    }

    @Override
    public boolean isRegularFile() {
      return true;
    }

    @Override
    public boolean isDirectory() {
      return false;
    }

    @Override
    public boolean isSymbolicLink() {
      return false;
    }

    @Override
    public boolean isOther() {
      return false;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public Object fileKey() {
      return null;
    }
  }
}
