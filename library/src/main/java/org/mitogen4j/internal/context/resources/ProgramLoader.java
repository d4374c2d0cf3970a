package org.mitogen4j.internal.context.resources;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.program.ProgramSource;
import org.mitogen4j.internal.kernel.ChildRouter;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Finds the program's classes and resources for the class loader of a child, {@code FirstStage}:
 * classes get the package and the code source that they have in the master.
 */
public final class ProgramLoader implements BiFunction<Object, Object, Object>, Runnable {
  /** Looked for on behalf of this library: where the JVM has none, the program has none. */
  private static final String UNSAFE = "sun.misc.Unsafe";

  private final MessageRouter router;
  private final ClassCache classes;
  private final ResourceReader reader;
  private final ProgramUrls urls;

  /** Null in a process that this context shares with others. */
  private final UrlTexts texts;

  /** The first stage's class loader, which defines packages. */
  private final BiFunction<Object, Object, Object> packageDefiner;

  /** The names of loaded classes, which the parent asks for. */
  private final Set<String> loaded;

  /** The packages that this context has itself; null if it has none. */
  private final ProvidedPackages provided;

  private final int javaVersion = javaVersion(System.getProperty("java.specification.version"));

  /** The packages by name, with a dot behind it; empty for those without information. */
  private final Map<String, Optional<PackageInfo>> packages = new ConcurrentHashMap<>();

  /**
   * The protection domains, by the number of the place that classes come from, and that of the
   * place whose signers they have.
   */
  private final Map<String, ProtectionDomain> domains = new ConcurrentHashMap<>();

  /** Called by {@link MessageRouter#make}, which passes a router. */
  @SuppressWarnings("unchecked")
  public ProgramLoader(MessageRouter router) throws MalformedURLException {
    this.router = router;
    classes = router.classes;
    loaded = ProgramSource.of(router).blocks.used;
    reader = new ResourceReader(router, javaVersion);
    boolean ownProcess = router instanceof ChildRouter && ((ChildRouter) router).stdout != null;
    urls = new ProgramUrls(reader, ownProcess && javaVersion >= 9); // needs modules
    texts = ownProcess ? new UrlTexts(urls) : null;
    packageDefiner =
        (BiFunction<Object, Object, Object>) (Object) MessageRouter.class.getClassLoader();
    provided = ProvidedPackages.of(router);
  }

  private static int javaVersion(String specification) {
    return Integer.parseInt(specification.substring(specification.startsWith("1.") ? 2 : 0));
  }

  /** Makes the URLs known to the JVM. Called for the one of these that the context uses. */
  @Override
  public void run() {
    if (texts != null) {
      texts.install(router, javaVersion);
    }
  }

  @Override
  public Object apply(Object className, Object resource) {
    if (resource == null) {
      return findClass((String) className);
    }
    return className == null ? first((String) resource) : all((String) resource);
  }

  /**
   * Finds a class, and defines its package.
   *
   * @return the bytes and the protection domain; null in place of the latter for a class without
   *     code source, such as one of the library
   */
  private Object[] findClass(String className) {
    if (className.isEmpty()
        || className.endsWith(".")
        || className.indexOf(';') >= 0
        || className.equals(UNSAFE)) {
      throw ProgramLoader.<RuntimeException>thrown(new ClassNotFoundException(className));
    }
    if (provided != null && provided.has(className)) {
      try {
        Object[] found = provided.find(className);
        awaitTexts((byte[]) found[0]);
        return found;
      } catch (IOException | ClassNotFoundException e) {
        throw ProgramLoader.<RuntimeException>thrown(e);
      }
    }
    String inPackage = ResourceKey.packageOf(className);
    String simpleName = className.substring(className.lastIndexOf('.') + 1);
    PackageInfo info = known(inPackage);
    byte[] bytes = variant(info, className, simpleName);
    if (bytes == null && info != null && classes.kept(className) == null) {
      bytes = reader.classFile(className, info.placeOf(simpleName));
    }
    if (bytes == null) {
      boolean none = !className.startsWith(ResourceKey.LIBRARY) && reader.hasNoClass(className);
      bytes = none ? null : fetch(className);
      if (bytes == null) {
        throw ProgramLoader.<RuntimeException>thrown(
            new ClassNotFoundException(
                className
                    + ": the program in the master has no such class, its RouterOptions do not send"
                    + " it, or its class loader does not give its class file as a resource, as of"
                    + " classes that are made at run time"));
      }
      if (info == null) {
        info = ask(inPackage);
        byte[] better = variant(info, className, simpleName);
        bytes = better == null ? bytes : better;
      }
    }
    loaded.add(className);
    awaitTexts(bytes);
    try {
      if (info == null) {
        return new Object[] {bytes, null};
      }
      ProtectionDomain domain = domain(info, info.placeOf(simpleName));
      urls.beforeDefinition(domain.getCodeSource().getLocation());
      return new Object[] {bytes, domain};
    } catch (IOException e) {
      throw ProgramLoader.<RuntimeException>thrown(e);
    }
  }

  /** Has a class that may set the factory of handlers of URLs find none set. */
  private void awaitTexts(byte[] classFile) {
    if (texts != null && mayWait()) {
      texts.awaitBefore(classFile);
    }
  }

  private byte[] variant(PackageInfo info, String className, String simpleName) {
    int version = info == null ? 0 : info.variant(simpleName, javaVersion);
    return version == 0 ? null : fetch(ResourceKey.variant(className, version));
  }

  /** A class of the program; null where there is none. May wait for the parent. */
  private byte[] fetch(String name) {
    Link parent = router.parent; // null once it has detached
    if (parent != null && mayWait() && !name.startsWith(ResourceKey.LIBRARY)) {
      ProgramSource.of(router).blocks.awaitComing(name);
    }
    return classes.apply(name);
  }

  private boolean mayWait() {
    Link parent = router.parent;
    return parent == null || Thread.currentThread() != parent.reader;
  }

  /** The information about a package that is here, without asking the parent; null for none. */
  private PackageInfo known(String inPackage) {
    Optional<PackageInfo> info = packages.get(inPackage);
    if (info != null) {
      return info.orElse(null);
    }
    return classes.kept(inPackage) == null ? null : ask(inPackage);
  }

  /** The information about a package, from here or from the parent; null for none. */
  private PackageInfo ask(String inPackage) {
    Optional<PackageInfo> info = packages.get(inPackage);
    if (info == null) {
      boolean library =
          inPackage.startsWith(ResourceKey.LIBRARY) && classes.kept(inPackage) == null;
      byte[] answer = library ? null : classes.apply(inPackage);
      // no lambdas: the first one of a process takes the JVM 3 ms
      info = answer == null ? Optional.empty() : Optional.of(new PackageInfo(answer));
      if (info.isPresent()) {
        definePackage(inPackage, info.get());
      }
      packages.putIfAbsent(inPackage, info);
    }
    return info.orElse(null);
  }

  private void definePackage(String inPackage, PackageInfo info) {
    if (inPackage.length() > 1) {
      String[] texts = new String[info.texts.length + 1];
      texts[0] = inPackage.substring(0, inPackage.length() - 1);
      System.arraycopy(info.texts, 0, texts, 1, info.texts.length);
      URL sealBase = info.sealed ? urls.place(info.place, info.placeName) : null;
      try {
        Package unused = (Package) packageDefiner.apply(texts, sealBase);
      } catch (IllegalArgumentException there) {
        // another thread has defined it, or a class of a first call is in it
      }
    }
  }

  /**
   * The protection domain of the classes of a package that come from one place. The signers of the
   * place that most of them come from count for all classes of a package: the JVM refuses one with
   * different signers.
   */
  private ProtectionDomain domain(PackageInfo info, int place) throws IOException {
    Integer signed = info.signed ? info.place : null;
    String key = place + " " + signed;
    ProtectionDomain domain = domains.get(key);
    if (domain == null) { // no lock: the certificates may have to be asked for
      CodeSource source =
          new CodeSource(
              urls.place(place, info.nameOf(place)), signed == null ? null : certificates(signed));
      ClassLoader loader = MessageRouter.class.getClassLoader();
      domain = new ProtectionDomain(source, null, loader, null);
      ProtectionDomain other = domains.putIfAbsent(key, domain);
      domain = other == null ? domain : other;
    }
    return domain;
  }

  private Certificate[] certificates(int place) throws IOException {
    try {
      return reader.certificates(place);
    } catch (IOException e) {
      if (e.getCause() instanceof DeadException) {
        // not a LinkageError: the JVM would throw the same one at each later use of the class
        throw new Error("can't load the certificates of a jar: " + e.getMessage(), e);
      }
      throw e;
    }
  }

  /** Throws a checked exception where none can be declared. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> RuntimeException thrown(Throwable e) throws T {
    throw (T) e;
  }

  private URL first(String resource) {
    List<URL> all = urls(resource);
    return all.isEmpty() ? null : all.get(0);
  }

  private Enumeration<URL> all(String resource) {
    return Collections.enumeration(urls(resource));
  }

  private List<URL> urls(String resource) {
    if (texts != null) {
      texts.want(); // a class loader of the program may look for a class that sets a factory
    }
    List<URL> all = new ArrayList<>();
    if (provided != null) {
      all.addAll(provided.findResources(resource));
    }
    for (Found found : find(resource)) {
      all.add(urls.of(found));
    }
    return all;
  }

  private List<Found> find(String resource) {
    try {
      return reader.find(resource);
    } catch (Error e) {
      if (e.getCause() instanceof DeadException) {
        // as with classes: a lost link must not look like an absent resource
        throw new Error("can't look for " + resource + ": " + e.getCause().getMessage(), e);
      }
      throw e;
    }
  }

  /** The exception for a resource that the program does not have. */
  static FileNotFoundException missing(String name) {
    return new FileNotFoundException(name + " (the program in the master has no such resource)");
  }
}
