package urls;

import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.net.URLStreamHandlerFactory;

/** Sets the process's factory of URLs, as Tomcat does. Compiled and packed by tests. */
public class Urls implements URLStreamHandlerFactory {
  static final class Own extends URLStreamHandler {
    @Override
    protected URLConnection openConnection(URL url) {
      throw new UnsupportedOperationException();
    }
  }

  @Override
  public URLStreamHandler createURLStreamHandler(String protocol) {
    return protocol.equals("own") ? new Own() : null;
  }

  /** Sets it, and reads a resource by the text of its URL. */
  public static String set(String resource) throws Exception {
    URL.setURLStreamHandlerFactory(new Urls()); // no lambda, which would give other threads time
    return new URL("own:x").getProtocol() + ", " + read(resource);
  }

  /** Reads a resource by the text of its URL. */
  public static String read(String resource) throws Exception {
    String text = Urls.class.getClassLoader().getResource(resource).toString();
    try (InputStream in = new URL(text).openStream()) {
      StringBuilder read = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        read.append((char) c);
      }
      return read.toString();
    }
  }
}
