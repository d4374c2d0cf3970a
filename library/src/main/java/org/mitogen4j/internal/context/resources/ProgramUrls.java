package org.mitogen4j.internal.context.resources;

import java.io.IOException;
import java.io.InputStream;
import java.io.UnsupportedEncodingException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLDecoder;
import java.net.URLStreamHandler;
import java.net.URLStreamHandlerFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.mitogen4j.internal.context.files.PlaceFiles;

/**
 * URLs of the program's resources: {@code jar:mitogen:/PLACE/NAME.jar!/RESOURCE}, where NAME is
 * that of the jar or folder in the master. They look like URLs in jars, because frameworks know how
 * to look through jars. A child with a process of its own also understands them as texts ({@link
 * UrlTexts}); other URLs of jars are opened by the JDK.
 */
final class ProgramUrls extends URLStreamHandler implements URLStreamHandlerFactory {
  static final String JAR = "jar";
  static final String PROTOCOL = PlaceFiles.SCHEME;
  private static final String SCHEME = PROTOCOL + ":/";

  /** What URIs of paths begin with, which have an empty authority as those of files have. */
  private static final String PATH_SCHEME = SCHEME + "//";

  private static final String PLAIN =
      "-_.~!$&'()*+,;=:@/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  /** The calls from {@code URL.toURI} to {@link #mayBeUri()}, and some more. */
  private static final int FRAMES = 8;

  /**
   * The number of texts of URLs for which the stack is looked through: that takes longer than the
   * text. Then the provider is installed in any case: Liquibase makes more texts before its first
   * URI.
   */
  private static final int MOST_LOOKS = 500;

  /** The longest time that a thread waits for another one that installs the provider. */
  private static final long WAIT_SECONDS = 5;

  /**
   * The URL of which the JVM is about to make a text, for the class that a thread defines. To see
   * on the stack that the JVM makes the text takes a JVM that has just started 4 ms.
   */
  private static final ThreadLocal<URL> DEFINES = new ThreadLocal<>();

  private final ResourceReader reader;

  /** Whether the file system provider is still to be installed; never in a shared JVM. */
  private volatile boolean mayInstallFiles;

  private final AtomicInteger looks = new AtomicInteger();

  /** The thread that installs the file system provider, or has done so; null for none. */
  private volatile Thread installer;

  /** Whether the JVM makes one text for each class that it defines, as HotSpot does. */
  private volatile boolean textsOfClasses = !System.getProperty("java.vm.name", "").contains("J9");

  /** A URL with the JDK's own handler of jars. */
  private final URL jdkJar;

  ProgramUrls(ResourceReader reader, boolean mayInstallFiles) {
    this.reader = reader;
    this.mayInstallFiles = mayInstallFiles;
    jdkJar = url(null, "jar:file:/x!/", null);
  }

  private static URL url(URL context, String spec, URLStreamHandler handler) {
    try {
      return new URL(context, spec, handler);
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(spec, e);
    }
  }

  @Override
  public URLStreamHandler createURLStreamHandler(String protocol) {
    return protocol.equals(PROTOCOL) || protocol.equals(JAR) ? this : null;
  }

  /** The URL of a resource. */
  URL of(Found found) {
    return url(
        null,
        JAR + ":" + placeText(found.place, found.placeName) + "!/" + encode(found.path),
        this);
  }

  /** The URL of a place, which can be opened as a jar. */
  URL place(int place, String name) {
    return url(null, placeText(place, name), this);
  }

  private static String placeText(int place, String name) {
    return SCHEME + place + "/" + encode(name) + (isJar(name) ? "" : ".jar");
  }

  /** Whether a place is a jar, by its name. */
  static boolean isJar(String name) {
    return name.endsWith(".jar") || name.endsWith(".war");
  }

  @Override
  protected void parseURL(URL u, String spec, int start, int limit) {
    if (u.getProtocol().equals(PROTOCOL)) {
      super.parseURL(u, spec, start, limit);
      return;
    }
    boolean absolute = spec.regionMatches(true, 0, "jar:", 0, 4);
    String text = spec.substring(Math.min(start, limit), limit);
    if (text.startsWith(PATH_SCHEME)) {
      text = SCHEME + text.substring(PATH_SCHEME.length());
    }
    String file;
    if (absolute && !text.startsWith(SCHEME) || !absolute && !u.getFile().startsWith(SCHEME)) {
      URL context = absolute ? jdkJar : url(jdkJar, "jar:" + u.getFile(), null);
      file = url(context, absolute ? "jar:" + text : text, null).getFile();
    } else if (absolute) {
      file = text;
    } else {
      file = relative(u.getFile(), text);
    }
    setURL(u, JAR, "", -1, null, null, file, null, u.getRef());
  }

  /**
   * The text of a URL. A program that makes a URI of it may look for its file system next, and the
   * JVM looks for providers of file systems once only: so ours is installed before.
   */
  @Override
  protected String toExternalForm(URL u) {
    if (mayInstallFiles && !isOfClass(u) && mayBeUri()) {
      installFiles();
    }
    return super.toExternalForm(u);
  }

  /**
   * To be called last before a thread defines a class.
   *
   * @param source the URL of the class's code source
   */
  void beforeDefinition(URL source) {
    if (mayInstallFiles && textsOfClasses) {
      textsOfClasses = DEFINES.get() == null; // else the JVM has made no text of the last one
      DEFINES.set(source);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the JVM has the object that it was given
  private boolean isOfClass(URL u) {
    boolean is = textsOfClasses && DEFINES.get() == u;
    if (is) {
      DEFINES.remove();
    }
    return is;
  }

  /** Returns once the provider is installed, whichever thread does that. */
  private void installFiles() {
    Thread here = Thread.currentThread();
    if (isInstaller(here)) {
      try {
        InstalledFiles.install(reader);
      } finally {
        installed();
      }
    } else if (installer != here) { // else the installation itself makes a URI
      awaitInstalled();
    }
  }

  private synchronized boolean isInstaller(Thread here) {
    boolean isFirst = installer == null;
    if (isFirst) {
      installer = here;
    }
    return isFirst;
  }

  private synchronized void installed() {
    mayInstallFiles = false;
    notifyAll();
  }

  private synchronized void awaitInstalled() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    long left = WAIT_SECONDS * 1000;
    try {
      while (mayInstallFiles && left > 0) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the function notices
    }
  }

  private boolean mayBeUri() {
    if (looks.incrementAndGet() > MOST_LOOKS) {
      return true;
    }
    StackTraceElement[] callers = new Throwable().getStackTrace();
    for (int i = 0; i < Math.min(FRAMES, callers.length); i++) {
      if (callers[i].getMethodName().equals("toURI")
          && callers[i].getClassName().equals("java.net.URL")) {
        return true;
      }
    }
    return false;
  }

  private static String relative(String file, String text) {
    int entry = file.indexOf("!/") + 2;
    String folder = text.startsWith("/") ? "" : file.substring(entry, file.lastIndexOf('/') + 1);
    String path = folder + text.replaceFirst("^/+", "");
    java.util.ArrayDeque<String> parts = new java.util.ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.equals(".")) {
        parts.addLast(part);
      }
    }
    return file.substring(0, entry) + String.join("/", parts);
  }

  @Override
  protected URLConnection openConnection(URL u) throws IOException {
    boolean jar = u.getProtocol().equals(JAR);
    String file = jar ? u.getFile() : PROTOCOL + ":" + u.getFile();
    if (!file.startsWith(SCHEME)) {
      return url(jdkJar, super.toExternalForm(u), null).openConnection();
    }
    int slash = file.indexOf('/', SCHEME.length());
    int end = file.indexOf("!/");
    int place;
    try {
      place = Integer.parseInt(file.substring(SCHEME.length(), slash));
    } catch (RuntimeException e) {
      throw new MalformedURLException(u + " names no place of the program");
    }
    if (!jar) {
      return new PlaceConnection(u, place);
    }
    String name = decode(file.substring(slash + 1, end < 0 ? file.length() : end));
    String path = end < 0 ? "" : decode(file.substring(end + 2));
    return new ResourceConnection(u, place(place, name), reader, place, name, path);
  }

  /** A connection to a place as a jar. */
  private final class PlaceConnection extends URLConnection {
    private final int place;

    PlaceConnection(URL url, int place) {
      super(url);
      this.place = place;
    }

    @Override
    public void connect() {
      connected = true;
    }

    @Override
    public InputStream getInputStream() {
      return reader.openPlace(place);
    }
  }

  private static String encode(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (PLAIN.indexOf((char) (b & 255)) >= 0 && b > 0) {
        out.append((char) b);
      } else {
        out.append('%').append(Character.toUpperCase(Character.forDigit(b >> 4 & 15, 16)));
        out.append(Character.toUpperCase(Character.forDigit(b & 15, 16)));
      }
    }
    return out.toString().replace("!/", "%21/");
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), "UTF-8");
    } catch (UnsupportedEncodingException | IllegalArgumentException e) {
      return text; // a text that was not encoded
    }
  }
}
