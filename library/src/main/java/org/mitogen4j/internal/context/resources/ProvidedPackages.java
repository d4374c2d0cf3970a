package org.mitogen4j.internal.context.resources;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.kernel.Settings;

/**
 * The packages that a child takes from its own class path. Their classes are defined by the same
 * class loader as those of the program, so that both can refer to each other.
 */
final class ProvidedPackages {

  private final List<String> prefixes = new ArrayList<>();
  private final String classPath;
  private final URLClassLoader local;
  private final Map<String, ProtectionDomain> domains = new ConcurrentHashMap<>();

  private ProvidedPackages(Object[] packages, Object[] paths) throws MalformedURLException {
    for (Object name : packages) {
      prefixes.add(name + ".");
    }
    classPath = Arrays.toString(paths);
    List<URL> urls = new ArrayList<>();
    for (Object path : paths) {
      String text = path.toString();
      File[] files =
          text.endsWith("/*")
              ? new File(text.substring(0, text.length() - 1))
                  .listFiles((folder, name) -> name.endsWith(".jar"))
              : new File[] {new File(text)};
      if (files != null) { // else there is no such folder: an error will name its missing classes
        Arrays.sort(files);
        for (File file : files) {
          urls.add(file.toURI().toURL());
        }
      }
    }
    ClassLoader jdk = MessageRouter.class.getClassLoader().getParent();
    local = new URLClassLoader(urls.toArray(new URL[0]), jdk);
  }

  /** The provided packages of a context; null if it has none. */
  static ProvidedPackages of(MessageRouter router) throws MalformedURLException {
    return router.settings.length <= Settings.CLASS_PATH
        ? null
        : new ProvidedPackages(
            (Object[]) router.settings[Settings.PROVIDED_PACKAGES],
            (Object[]) router.settings[Settings.CLASS_PATH]);
  }

  /** Whether a class or a resource is in one of the packages. */
  boolean has(String name) {
    String dotted = name.replace('/', '.');
    for (String prefix : prefixes) {
      if (dotted.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** The bytes of a class, and its protection domain. */
  Object[] find(String className) throws IOException, ClassNotFoundException {
    String path = className.replace('.', '/') + ".class";
    URL url = local.getResource(path);
    if (url == null) {
      throw new ClassNotFoundException(
          className
              + ": its package is provided (RouterOptions.provided), but is not on the class path "
              + classPath
              + " of this context");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (InputStream in = local.getResourceAsStream(path)) {
      byte[] buf = new byte[8192];
      for (int n = in.read(buf); n >= 0; n = in.read(buf)) {
        bytes.write(buf, 0, n);
      }
    }
    return new Object[] {bytes.toByteArray(), domain(url, path)};
  }

  private ProtectionDomain domain(URL url, String path) throws MalformedURLException {
    String text = url.toString();
    text = text.substring(0, text.length() - path.length());
    if (text.startsWith("jar:") && text.endsWith("!/")) {
      text = text.substring("jar:".length(), text.length() - "!/".length());
    }
    ProtectionDomain domain = domains.get(text);
    if (domain == null) {
      CodeSource source = new CodeSource(new URL(text), (Certificate[]) null);
      ClassLoader loader = MessageRouter.class.getClassLoader();
      domain = new ProtectionDomain(source, null, loader, null);
      ProtectionDomain other = domains.putIfAbsent(text, domain);
      domain = other == null ? domain : other;
    }
    return domain;
  }

  List<URL> findResources(String resource) {
    try {
      return Collections.list(local.findResources(resource));
    } catch (IOException e) {
      throw new Error("can't look for " + resource + ": " + e, e);
    }
  }
}
