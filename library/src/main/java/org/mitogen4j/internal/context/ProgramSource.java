package org.mitogen4j.internal.context;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.kernel.Settings;

/**
 * Finds the program's classes and resources for the class loader of a child. Classes of which the
 * parent has told nothing but their bytes need no more than these; for others, and for resources,
 * the {@code ProgramLoader} is loaded.
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
      if (bytes != null && (ours || isPlain(name))) { // looked at again: it may have been told more
        return bytes;
      }
    }
    return loader().apply(className, resource);
  }

  /**
   * Whether nothing was sent along about a class's package, none is provided here, and what knows
   * which classes there are not would be asked for first.
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
    if (made == null) { // no lock: what is loaded here may have to be asked for
      made =
          (BiFunction<Object, Object, Object>)
              MessageRouter.make(ContextRuntime.PROGRAM_LOADER, MessageRouter.class, router);
      made = loader.compareAndSet(null, made) ? made : loader.get();
    }
    return made;
  }
}
