package org.mitogen4j.internal.context.resources;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.security.Permission;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** A connection to a resource of the program, or to a whole place if the URL names no entry. */
final class ResourceConnection extends JarURLConnection {
  private final URL place;
  private final ResourceReader reader;
  private final int number;
  private final String placeName;
  private final String path;
  private Found found;

  /**
   * Makes a connection; nothing is asked for before it is used.
   *
   * @param path the name of the resource in the place; empty for the place itself
   */
  ResourceConnection(
      URL url, URL place, ResourceReader reader, int number, String placeName, String path)
      throws MalformedURLException {
    super(new URL("jar:file:/x!/")); // that constructor accepts protocols of the JDK only
    this.url = url;
    this.place = place;
    this.reader = reader;
    this.number = number;
    this.placeName = placeName;
    this.path = path;
  }

  @Override
  public URL getURL() {
    return url;
  }

  @Override
  public URL getJarFileURL() {
    return place;
  }

  @Override
  public String getEntryName() {
    return path.isEmpty() ? null : path;
  }

  @Override
  public void connect() throws IOException {
    if (!connected && !path.isEmpty()) {
      found = reader.at(number, placeName, path);
    }
    connected = true;
  }

  @Override
  public JarFile getJarFile() throws IOException {
    connect();
    return jar();
  }

  private MemoryJar jar() throws IOException {
    return reader.jar(number, placeName);
  }

  @Override
  public JarEntry getJarEntry() throws IOException {
    connect();
    return found == null ? null : jar().entry(found);
  }

  @Override
  public InputStream getInputStream() throws IOException {
    connect();
    return reader.open(found == null ? new Found(number, placeName, "", -1, 0, null) : found);
  }

  @Override
  public long getContentLengthLong() {
    try {
      connect();
      return found == null || found.isFolder() ? -1 : found.size;
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public int getContentLength() {
    long length = getContentLengthLong();
    return length > Integer.MAX_VALUE ? -1 : (int) length;
  }

  @Override
  public String getContentType() {
    String type = path.isEmpty() ? "x-java/jar" : URLConnection.guessContentTypeFromName(path);
    return type == null ? "content/unknown" : type; // getContent fails where there is no type
  }

  @Override
  public long getLastModified() {
    try {
      connect();
      return found == null ? 0 : found.modified;
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  public Permission getPermission() {
    return null; // none is needed
  }
}
