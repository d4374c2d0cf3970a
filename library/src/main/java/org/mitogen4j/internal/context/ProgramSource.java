package org.mitogen4j.internal.context;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.mitogen4j.internal.context.threads.ReadingThread;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.kernel.Settings;

/**
 * Finds the program's classes and resources for the class loader of a child. A class whose package
 * the parent has sent nothing about is taken from the class cache. For other classes, and for
 * resources, the {@code ProgramLoader} is loaded.
 */
final class ProgramSource {
  private final ContextRuntime context;
  private final MessageRouter router;

  /** The program loader; null until it is needed. */
  private final AtomicReference<BiFunction<Object, Object, Object>> loader =
      new AtomicReference<>();

  ProgramSource(ContextRuntime context) {
    this.context = context;
    router = context.router;
  }

  /**
   * Finds a class file, or a resource.
   *
   * @param resource null for a class; see {@code ProgramLoader}
   */
  Object find(Object className, Object resource) {
    EventRecorder recorder = context.recording.recorder();
    if (recorder == null || String.valueOf(className).startsWith(ContextRuntime.INTERNAL)) {
      return findHere(className, resource);
    }
    Object event =
        recorder.begin(resource == null ? EventKind.CLASS_LOAD : EventKind.RESOURCE_LOAD);
    try {
      return findHere(className, resource);
    } finally {
      recorder.end(event, resource == null ? className : resource);
    }
  }

  private Object findHere(Object className, Object resource) {
    if (resource == null) {
      String name = (String) className;
      assert router.classes.kept(name) != null || ReadingThread.isNot("ask for class " + name);
      boolean ours = name.startsWith(ContextRuntime.INTERNAL);
      boolean plain = ours || loader.get() == null && isPlain(name);
      byte[] bytes = plain ? router.classes.apply(name) : null;
      if (bytes != null && (ours || isPlain(name))) { // again: information may have come meanwhile
        return new Object[] {bytes, null};
      }
    }
    return loader().apply(className, resource);
  }

  /**
   * Whether a class needs no program loader: the parent has sent nothing about its package, this
   * context has no packages of its own, and either the class is here, or the program loader, which
   * knows the names of absent classes, is not.
   */
  private boolean isPlain(String className) {
    ClassCache classes = router.classes;
    String inPackage = className.substring(0, className.lastIndexOf('.') + 1);
    boolean provides =
        router.settings.length > Settings.PROVIDED_PACKAGES
            && ((Object[]) router.settings[Settings.PROVIDED_PACKAGES]).length > 0;
    return classes.kept(inPackage) == null
        && !provides
        && (classes.kept(className) != null || classes.kept(ContextRuntime.PROGRAM_LOADER) == null);
  }

  @SuppressWarnings("unchecked")
  private BiFunction<Object, Object, Object> loader() {
    BiFunction<Object, Object, Object> made = loader.get();
    if (made == null) { // without a lock: its classes may have to be asked for
      made =
          (BiFunction<Object, Object, Object>)
              MessageRouter.make(ContextRuntime.PROGRAM_LOADER, MessageRouter.class, router);
      made = loader.compareAndSet(null, made) ? made : loader.get();
    }
    return made;
  }
}
