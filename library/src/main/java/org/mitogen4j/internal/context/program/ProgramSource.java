package org.mitogen4j.internal.context.program;

import java.util.function.BiFunction;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.context.classes.ClassBlocks;
import org.mitogen4j.internal.context.classes.Contents;
import org.mitogen4j.internal.context.classes.PackedCache;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.threads.ReadingThread;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.kernel.Settings;

/**
 * The access to the program: takes the blocks of classes and the contents of files that the parent
 * sends, and finds classes and resources of the program for the class loader of a child. If the
 * parent has sent no description of a class's package, the class is taken from the class cache as
 * it is. Other classes, and resources, are found by the {@code ProgramLoader}, which is made when
 * one of them is needed. A context makes this before its {@code ContextRuntime}, and uses it
 * without that, so that a first function need not wait for a full context.
 */
public final class ProgramSource implements BiFunction<Object, Object, Object> {
  /** The class that finds the program's classes and resources where this can't. */
  public static final String PROGRAM_LOADER =
      ResourceKey.INTERNAL + "context.resources.ProgramLoader";

  private final MessageRouter router;

  public final ClassBlocks blocks;

  public final Contents contents;

  /** Set by a full context; null before. */
  private volatile LoadListener listener;

  /**
   * The {@code ProgramLoader}; null until it is needed. No AtomicReference: its first use takes a
   * JVM a millisecond.
   */
  private volatile BiFunction<Object, Object, Object> loader;

  /** Only {@link MessageRouter#program} makes one. */
  public ProgramSource(MessageRouter router) {
    this.router = router;
    LoadAhead ahead = new LoadAhead(router);
    blocks = new ClassBlocks(router.classes, ahead);
    ahead.begin(blocks);
    contents = new Contents(contentsLimit());
    if (ProcessDefaults.isOwnProcess(router)) {
      ProcessDefaults.set(router);
    }
    if (router.parents.length > 0) {
      PackedCache.bound(router.classes, blocks, cacheLimit() / 2);
    }
    router.handlers.replace(Handle.PUSH, contents.pushed(router.classes)); // a guest takes none
    router.handlers.put(Handle.BLOCK, blocks);
  }

  public static ProgramSource of(MessageRouter router) {
    return (ProgramSource) router.program();
  }

  public void listener(LoadListener now) {
    listener = now;
  }

  /**
   * The most bytes that this context keeps of the program: half of them for classes, a quarter for
   * pieces of files, a quarter for what was read of resources.
   */
  public long cacheLimit() {
    long set =
        router.settings.length <= Settings.CACHE_LIMIT
            ? 0
            : (long) router.settings[Settings.CACHE_LIMIT];
    return set == 0 ? Limits.CACHED : set;
  }

  /** The most bytes that this context keeps of pieces of files. */
  public long contentsLimit() {
    return cacheLimit() / 4;
  }

  /**
   * Finds a class file, or a resource.
   *
   * @param blockOrResource a block of classes, from which the class is to be taken; null to find
   *     the class; otherwise see {@code ProgramLoader}
   */
  @Override
  public Object apply(Object className, Object blockOrResource) {
    return blockOrResource instanceof byte[]
        ? blocks.unpack((String) className, (byte[]) blockOrResource)
        : find(className, blockOrResource);
  }

  private Object find(Object className, Object resource) {
    LoadListener told = listener;
    boolean tells = told != null && !String.valueOf(className).startsWith(ResourceKey.INTERNAL);
    Object begun = tells ? told.begins(resource == null) : null;
    try {
      return findHere(className, resource);
    } finally {
      if (begun != null) {
        told.ends(begun, resource == null ? className : resource);
      }
    }
  }

  private Object findHere(Object className, Object resource) {
    if (resource == null) {
      String name = (String) className;
      assert listener == null
          || router.classes.kept(name) != null
          || ReadingThread.isNot("ask for class " + name);
      boolean ours = name.startsWith(ResourceKey.INTERNAL);
      boolean plain = ours || loader == null && isPlain(name);
      byte[] bytes = plain ? router.classes.apply(name) : null;
      if (bytes != null && (ours || isPlain(name))) { // a description may have come meanwhile
        return new Object[] {bytes, null};
      }
    }
    return loader().apply(className, resource);
  }

  /**
   * Whether a class needs no {@code ProgramLoader}: the parent has sent no description of its
   * package, this context has no packages of its own ({@link Settings#PROVIDED_PACKAGES}), and
   * either the class is here, or the {@code ProgramLoader}, which knows the names of absent
   * classes, is not.
   */
  private boolean isPlain(String className) {
    ClassCache classes = router.classes;
    String inPackage = ResourceKey.packageOf(className);
    boolean provides =
        router.settings.length > Settings.PROVIDED_PACKAGES
            && ((Object[]) router.settings[Settings.PROVIDED_PACKAGES]).length > 0;
    return classes.kept(inPackage) == null
        && !provides
        && (classes.kept(className) != null || classes.kept(PROGRAM_LOADER) == null);
  }

  @SuppressWarnings("unchecked")
  private BiFunction<Object, Object, Object> loader() {
    BiFunction<Object, Object, Object> known = loader;
    if (known != null) {
      return known;
    }
    // without a lock: its classes may have to be asked for, which takes long
    BiFunction<Object, Object, Object> made =
        (BiFunction<Object, Object, Object>)
            MessageRouter.make(PROGRAM_LOADER, MessageRouter.class, router);
    synchronized (this) {
      if (loader != null) {
        return loader;
      }
      loader = made;
    }
    ((Runnable) made).run(); // changes the JVM, so only for one
    return made;
  }
}
