package org.mitogen4j.internal.master;

import java.nio.file.Path;
import java.util.Arrays;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.kernel.Settings;
import org.mitogen4j.internal.parent.Parent;

/** Makes the master of a tree. */
public final class Master {
  private Master() {}

  /**
   * Makes a master with defaults for the settings that are not given: all packages may leave the
   * master.
   */
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
   * Makes a master, with its threads and without children.
   *
   * @param loader the class loader of the program's classes
   * @param settings as {@link #settings} makes them
   * @param choice the packages that may leave the master
   */
  public static ContextRuntime create(ClassLoader loader, Object[] settings, PackageChoice choice) {
    ClassCache classes = LibraryClasses.kernel();
    MessageRouter router = new MessageRouter(settings, classes);
    ContextRuntime context = ContextRuntime.of(router);
    Parent parent = Parent.of(context, new ProgramClasses(classes, loader, choice));
    parent.frameListener = new FrameLog();
    Log log = new Log(context, parent, loader);
    router.handlers.put(Handle.OUTPUT, log);
    log.start();
    return context;
  }

  /**
   * Makes the settings of a master.
   *
   * @param messageLimit the most bytes of a message
   * @param unidirectional whether messages from one branch of the tree to another are refused
   * @param heartbeatMillis the milliseconds between two heartbeats; 0 for none
   * @param serviceThreads the most threads of a service pool
   * @param provided packages that children have themselves; empty for none
   * @param endMillis the most milliseconds that a context may take to end in good order
   * @param hangDumps whether contexts that seem to hang log a dump of their threads
   * @param cacheLimit the most bytes of classes and resources that a context below the master
   *     keeps; 0 for the default
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

  /** Reads a class profile from a file now, and writes it there at the end of the context. */
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
