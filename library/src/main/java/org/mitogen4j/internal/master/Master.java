package org.mitogen4j.internal.master;

import java.nio.file.Path;
import java.util.Arrays;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.kernel.Settings;
import org.mitogen4j.internal.parent.Parent;

/** Makes the root of a tree. */
public final class Master {
  private Master() {}

  /** As below, for a program all of whose packages may leave the master. */
  public static ContextRuntime create(
      ClassLoader loader,
      int messageLimit,
      boolean unidirectional,
      long heartbeatMillis,
      int serviceThreads) {
    Object[] settings =
        settings(
            messageLimit,
            unidirectional,
            heartbeatMillis,
            serviceThreads,
            new Object[0],
            ContextRuntime.DEFAULT_END_MILLIS,
            true,
            0);
    return create(loader, settings, PackageChoice.all());
  }

  /**
   * A master's router, complete, without children.
   *
   * @param loader where the program's classes are found
   * @param settings as {@link #settings} makes them
   * @param choice which of its packages may leave the master
   */
  public static ContextRuntime create(ClassLoader loader, Object[] settings, PackageChoice choice) {
    ClassCache classes = LibraryClasses.kernel();
    MessageRouter router = new MessageRouter(settings, classes);
    ContextRuntime context = ContextRuntime.of(router);
    Parent parent = Parent.of(context, new ProgramClasses(classes, loader, choice));
    parent.frameListener = new FrameLog();
    Log log = new Log(context, parent);
    router.handlers.put(Handle.OUTPUT, log);
    log.start();
    return context;
  }

  /**
   * The settings of a tree's master.
   *
   * @param provided packages that children have themselves; empty for none
   * @param endMillis the most milliseconds that a context may take to end in good order
   * @param hangDumps whether contexts that seem to hang log a dump of their threads
   * @param cacheLimit the most bytes of classes and resources that a context below the master keeps;
   *     0 for the default
   */
  public static Object[] settings(
      int messageLimit,
      boolean unidirectional,
      long heartbeatMillis,
      int serviceThreads,
      Object[] provided,
      int endMillis,
      boolean hangDumps,
      long cacheLimit) {
    Object[] all = new Object[Settings.CACHE_LIMIT + 1];
    all[Settings.ID] = 0;
    all[Settings.PARENTS] = new Object[0];
    all[Settings.NAME] = "master";
    all[Settings.MESSAGE_LIMIT] = messageLimit;
    all[Settings.UNIDIRECTIONAL] = unidirectional;
    all[Settings.HEARTBEAT_MILLIS] = heartbeatMillis;
    all[Settings.SERVICE_THREADS] = serviceThreads;
    all[Settings.PROVIDED_PACKAGES] = provided;
    all[Settings.CLASS_PATH] = new Object[0];
    all[Settings.END_MILLIS] = endMillis;
    all[Settings.HANG_DUMPS] = hangDumps;
    all[Settings.CACHE_LIMIT] = cacheLimit;
    int length = all.length;
    if (cacheLimit == 0) { // defaults at the end are left out, since they cost bytes
      length = Settings.HANG_DUMPS + 1;
      if (hangDumps && endMillis == ContextRuntime.DEFAULT_END_MILLIS) {
        length = provided.length > 0 ? Settings.CLASS_PATH + 1 : Settings.PROVIDED_PACKAGES;
      }
    }
    return Arrays.copyOf(all, length);
  }

  /** Has a file keep which classes functions load. */
  public static void keepProfile(ContextRuntime context, Path file) {
    Parent parent = Parent.of(context);
    ClassProfile profile = new ClassProfile(file);
    profile.load(parent.sender.history);
    context.atEnd(() -> profile.save(parent.sender.history, parent.classes));
  }

  /** The cache that a context begins with: the kernel image, and no other class. */
  public static ClassCache kernel() {
    return LibraryClasses.kernel();
  }
}
