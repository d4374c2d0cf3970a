package org.mitogen4j.internal.context.resources;

import java.net.URL;
import java.net.URLStreamHandler;
import java.util.Hashtable;
import java.util.Map;

/**
 * The JVM's table of the handlers of URLs, which keeps those of the program's resources when it is
 * cleared: the JVM does that when the program sets its own {@code URLStreamHandlerFactory}.
 */
@SuppressWarnings("JdkObsolete") // the JVM's table has this type
final class KnownProtocols extends Hashtable<String, URLStreamHandler> {
  private static final long serialVersionUID = 1;

  private final transient URLStreamHandler handler;
  private final transient String[] protocols;

  private KnownProtocols(
      Map<String, URLStreamHandler> before, URLStreamHandler handler, String... protocols) {
    this.handler = handler;
    this.protocols = protocols;
    putAll(before);
  }

  /**
   * Makes a handler the JVM's one for some protocols.
   *
   * @throws ReflectiveOperationException if this JVM has another table
   */
  static void add(URLStreamHandler handler, String... protocols)
      throws ReflectiveOperationException {
    JdkField field = new JdkField(URL.class, "handlers", Hashtable.class);
    @SuppressWarnings("unchecked")
    Map<String, URLStreamHandler> before = (Map<String, URLStreamHandler>) field.get();
    KnownProtocols table;
    synchronized (before) { // other threads add to it
      // threads that already read the field go on using the old table
      putIn(before, handler, protocols);
      table = new KnownProtocols(before, handler, protocols);
    }
    field.set(table);
  }

  private static void putIn(
      Map<String, URLStreamHandler> table, URLStreamHandler handler, String... protocols) {
    for (String protocol : protocols) {
      table.put(protocol, handler);
    }
  }

  @Override
  public synchronized void clear() {
    super.clear();
    putIn(this, handler, protocols);
  }
}
