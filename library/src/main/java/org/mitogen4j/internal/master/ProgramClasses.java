package org.mitogen4j.internal.master;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.mitogen4j.internal.context.bounds.RateLimit;
import org.mitogen4j.internal.context.classes.RecentBytes;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.classes.ClassBatch;
import org.mitogen4j.internal.parent.classes.ClassBatches;
import org.mitogen4j.internal.parent.classes.ClassSource;
import org.mitogen4j.internal.parent.classes.JavaVersion;
import org.mitogen4j.internal.parent.classes.Packed;
import org.mitogen4j.internal.parent.classes.ProcessUse;

/**
 * The classes of the running program: those that its class loader and the class loaders of called
 * functions find, in folders, jars, or the memory of {@code java Prog.java}. Of classes with the
 * same name, the one of the class loader that was used first counts. Only class names are looked
 * up, never paths or URLs, and never the JDK's own classes.
 */
public final class ProgramClasses implements ClassSource {
  /**
   * The characters that no class name may contain (JVMS 4.2.1), but for the dot, since compilers
   * use all others; and those that would make it lead to another folder in a path of this system.
   */
  private static final char[] FORBIDDEN =
      (File.separatorChar == '/' ? ";[/" : ";[/:" + File.separator).toCharArray();

  private static final boolean IS_JAVA_8 =
      System.getProperty("java.specification.version").equals("1.8");

  private static final int MAX_NAME = 1000;

  /** The most bytes of class files that are kept. */
  private static final long FILES_KEPT = 12 << 20;

  private static final int MAX_LOADERS = 100;
  private static final Logger LOG = Logger.getLogger(Loggers.CLASSES);

  /** From one warning of an unreadable resource to the next. */
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ClassPacker packer;
  private final List<ClassLoader> loaders = new CopyOnWriteArrayList<>();

  private final RecentBytes files = new RecentBytes(FILES_KEPT);

  /** The classes that a thread is looking for now. */
  private final Set<String> reading = ConcurrentHashMap.newKeySet();

  private final RateLimit warnings = new RateLimit(PAUSE_NANOS);

  private final PackageChoice choice;
  private final Places places;
  private final ClassFinder finder;
  private final ClassPaths paths = new ClassPaths();
  private final ChildSubstitutes substitutes = new ChildSubstitutes(loaders, paths);
  private final ProgramNames names = new ProgramNames(loaders, substitutes, paths);

  private final LoaderConflicts conflicts = new LoaderConflicts(loaders, paths);

  /** Knows which classes children of any Java get as a jar has them. */
  private final JarClasses.Owner owner =
      new JarClasses.Owner() {
        @Override
        public boolean hasFolder(File jar, String path) {
          return finder.isOwner(jar, path);
        }

        @Override
        public boolean hasClass(File jar, String className, boolean hasFolder) {
          return isClassName(className)
              && !className.startsWith(ResourceKey.LIBRARY)
              && choice.hasClass(className)
              && substitutes.classFor(className) == null
              && (hasFolder || finder.isIn(jar, className));
        }
      };

  private final ClassUses uses = new ClassUses(this::classFile);

  /**
   * Makes a source of all packages of the program.
   *
   * @param kernel gives the dictionary that classes are deflated with
   */
  public ProgramClasses(ClassCache kernel, ClassLoader loader) {
    this(kernel, loader, PackageChoice.all());
  }

  ProgramClasses(ClassCache kernel, ClassLoader loader, PackageChoice choice) {
    packer = new ClassPacker(this, kernel.dictionary);
    this.choice = choice;
    places = new Places(loaders, paths, choice, substitutes);
    finder = new ClassFinder(loaders, paths, places);
    loaders.add(loader);
  }

  @Override
  public boolean add(ClassLoader loader) {
    if (loaders.contains(loader) || loaders.size() >= MAX_LOADERS) {
      return false;
    }
    loaders.add(loader);
    names.forget();
    return true;
  }

  @Override
  public void requireSame(ClassLoader loader, String function) {
    conflicts.requireSame(loader, function);
  }

  @Override
  public void warnOfOthers(ClassLoader loader, Collection<String> classNames) {
    conflicts.warn(loader, classNames);
  }

  @Override
  public List<String> inPackage(String name) {
    return places.inPackage(name);
  }

  @Override
  public List<String> beside(String resource) {
    return FolderFiles.beside(resource, places, choice);
  }

  @Override
  public String toSave(String key) {
    return ResourceKey.isContent(key) && !Places.isNamed(key) ? places.named(key) : key;
  }

  @Override
  public String fromSaved(String key) {
    return Places.isNamed(key) ? places.numbered(key) : key;
  }

  @Override
  public boolean isUnexpected(String className) {
    return names.areTold() && names.isUnexpected(className.replace('.', '/') + ".class");
  }

  @Override
  public boolean takeLook() {
    return names.takeLook();
  }

  @Override
  public boolean hasNewNames() {
    return names.isOutdated();
  }

  @Override
  public byte[] packed(String className) {
    return packer.packed(className);
  }

  @Override
  public List<Packed> pack(Collection<String> names, long maxBytes) {
    return packer.pack(names, maxBytes);
  }

  @Override
  public void packAhead(Collection<String> names) {
    packer.packAhead(names);
  }

  @Override
  public ClassBatches jarsOf(Collection<String> classNames) {
    Set<File> jars = new LinkedHashSet<>();
    for (String name : classNames) {
      File jar = name.startsWith(ResourceKey.LIBRARY) ? null : finder.jarOf(name);
      if (jar != null) {
        jars.add(jar);
      }
    }
    return jars.isEmpty() ? null : new JarBatches(jars, classNames, owner);
  }

  /** Reads the tables of contents of the program's jars. */
  @Override
  public void prepare() {
    for (ClassLoader loader : loaders) {
      paths.of(loader).open();
    }
  }

  @Override
  public boolean hasJars() {
    return true;
  }

  @Override
  public boolean comesInJar(String className) {
    File jar = finder.jarOf(className);
    return jar != null && owner.hasClass(jar, className, false);
  }

  @Override
  public byte[] here(String className) {
    byte[] bytes = packed(className);
    return bytes == null ? Message.EMPTY : bytes;
  }

  @Override
  public String identity(String key, byte[] bytes) {
    return packer.identity(key, bytes);
  }

  @Override
  public void keep(String className, byte[] bytes) {
    throw new IllegalStateException("nobody is asked for classes of the program");
  }

  @Override
  public void sending(
      String className, ContextRecord to, String why, Packed packed, ContextRecord by) {
    if (LOG.isLoggable(Level.FINE)) {
      int together = packed.classes.size();
      String tail = together == 1 ? "" : " for " + together + " classes";
      tail += by == null ? "" : ", by way of " + by.name;
      sending(className, to, why, packed.bytes.length, tail);
    }
  }

  @Override
  public void sending(ClassBatch batch, ContextRecord to, String why) {
    if (LOG.isLoggable(Level.FINE)) {
      for (int i = 0; i < batch.names().size(); i++) {
        sending(batch.names().get(i), to, why, batch.sizes().get(i), "");
      }
    }
  }

  private static void sending(
      String className, ContextRecord to, String why, int bytes, String tail) {
    String what = ResourceKey.isResource(className) ? "resource " : "class ";
    Log.log(
        LOG,
        Level.FINE,
        what + "{0} to {1} ({2}): {3} [{4} bytes{5}]",
        Printable.line(className),
        to.name,
        String.valueOf(to.id),
        why,
        String.valueOf(bytes),
        tail);
  }

  @Override
  public void told(String className, ContextRecord by, boolean loaded) {
    if (LOG.isLoggable(Level.FINE)) {
      Log.log(
          LOG,
          Level.FINE,
          "class {0} in {1} ({2}): {3}",
          Printable.line(className),
          by.name,
          String.valueOf(by.id),
          loaded ? "loaded" : "not loaded so far");
    }
  }

  @Override
  public void question(
      String name, ContextRecord by, boolean found, boolean wasSent, List<String> functions) {
    if (LOG.isLoggable(Level.FINER)) {
      String kind =
          ResourceKey.isResource(name) ? "resource" : name.endsWith(".") ? "package" : "class";
      String answer = !found ? "there-is-none" : wasSent ? "on-its-way" : "not-sent-along";
      String text = "asks {0}-{1} {2} by {3} while it runs {4}";
      String shown = Printable.line(name); // the child may have invented it
      Log.log(
          LOG, Level.FINER, text, kind, answer, shown, by.name, String.join(" and ", functions));
    }
  }

  @Override
  public byte[] classFile(String className) {
    if (className.equals(JAR) || className.equals(CONSOLE_JAR)) {
      return firstStageJar(className.equals(CONSOLE_JAR));
    } else if (className.startsWith(LIST)) {
      return LibraryClasses.list(className.substring(LIST.length()));
    } else if (className.equals(ResourceKey.NAMES)) {
      return names.filter();
    } else if (ResourceKey.isResource(className) || className.endsWith(".")) {
      return answer(className);
    }
    int variant = className.indexOf(ResourceKey.VARIANT);
    String name = variant < 0 ? className : className.substring(0, variant);
    int version = variant < 0 ? 0 : version(className.substring(variant + 1));
    if (!isClassName(name) || version < 0) {
      return null;
    } else if (variant < 0 && LibraryClasses.has(name)) {
      return LibraryClasses.classFile(name);
    } else if (!choice.hasClass(name)) {
      return null;
    }
    String other = variant < 0 ? substitutes.classFor(name) : null;
    if (other != null) {
      return substitute(name, other);
    }
    byte[] known = files.get(className);
    if (known != null) {
      return known;
    }
    String path = name.replace('.', '/') + ".class";
    ClassLoader jdk = ClassLoader.getSystemClassLoader().getParent();
    if (IS_JAVA_8 && jdk.getResource(path) != null) {
      return null; // on later versions the URL tells that a class is the JDK's
    }
    boolean first = reading.add(className);
    try {
      byte[] classFile = finder.find(name, path, version);
      if (classFile != null) {
        files.put(className, classFile);
      }
      return classFile;
    } finally {
      if (first) {
        reading.remove(className);
      }
    }
  }

  @Override
  public boolean mayHave(String resource) {
    for (ClassLoader loader : loaders) {
      if (paths.of(loader).mayHave(resource)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean isSlow(String className) {
    return reading.contains(className);
  }

  private byte[] substitute(String name, String other) {
    for (ClassLoader loader : loaders) {
      try (InputStream in = loader.getResourceAsStream(other.replace('.', '/') + ".class")) {
        if (in != null) {
          return ChildSubstitutes.rename(ClassFinder.read(in), other, name);
        }
      } catch (IOException e) {
        Log.log(LOG, Level.WARNING, "class {0} of the program is unreadable: {1}", other, e);
      }
    }
    return null;
  }

  private byte[] answer(String key) {
    try {
      return places.answer(key);
    } catch (FileNotFoundException none) {
      return null;
    } catch (IOException | RuntimeException e) {
      if (warnings.allows(System.nanoTime())) { // a child may ask for it without end
        Log.log(
            LOG,
            Level.WARNING,
            "resource {0} of the program is unreadable: {1}",
            Printable.line(key),
            e.toString());
      }
      return null;
    }
  }

  /** Reads the version of a class's variant; -1 if it is no number. */
  private static int version(String text) {
    return text.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(text) : -1;
  }

  @Override
  public String toSend(String className, ContextRecord to) {
    try {
      int version = places.variant(className, JavaVersion.of(to));
      return version == 0 ? className : ResourceKey.variant(className, version);
    } catch (IOException e) {
      return className; // which every Java can use
    }
  }

  @Override
  public boolean isLibrary(String className) {
    return LibraryClasses.has(className)
        || className.startsWith(LIST)
        || className.equals(JAR)
        || className.equals(CONSOLE_JAR);
  }

  @Override
  public boolean usesResources(Collection<String> classNames) {
    for (String name : classNames) {
      if (!isLibrary(name) && places.isInJar(name)) {
        return true;
      }
    }
    return any(classNames, uses::resources);
  }

  @Override
  public boolean usesLogging(Collection<String> classNames) {
    return any(classNames, uses::logging);
  }

  @Override
  public ProcessUse processUse(String className) {
    return uses.process(className);
  }

  private boolean any(Collection<String> classNames, Predicate<String> guess) {
    for (String name : classNames) {
      if (!ResourceKey.isResource(name) && !isLibrary(name) && guess.test(name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a name can be a class's, and can't be anything else when it becomes a path. */
  private static boolean isClassName(String name) {
    if (name.isEmpty()
        || name.length() > MAX_NAME
        || name.startsWith(".")
        || name.endsWith(".")
        || name.contains("..")
        || name.endsWith("module-info")) {
      return false;
    }
    for (char c : FORBIDDEN) {
      if (name.indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public byte[] firstStageJar(boolean console) {
    return LibraryClasses.firstStageJar(console);
  }

  @Override
  public Iterable<String> bundle(String name) {
    String text = new String(LibraryClasses.list(name), StandardCharsets.UTF_8);
    return Arrays.asList(text.trim().split("\n"));
  }
}
