package org.mitogen4j.internal.context.program;

import org.mitogen4j.internal.kernel.ChildRouter;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Sets what a process has only once and code of the program may use at once: the variable LC_ALL,
 * and the log manager of {@code java.util.logging}. Only a context with a process of its own does.
 */
public final class ProcessDefaults {
  /** The system property that names the class that manages java.util.logging. */
  private static final String LOG_MANAGER = "java.util.logging.manager";

  /** The log manager that sends log records to the master. */
  public static final String FORWARDED_LOGS =
      "org.mitogen4j.internal.context.logging.ForwardedLogs";

  /** A static, as Java has one log manager for each process. */
  private static volatile MessageRouter owner;

  private ProcessDefaults() {}

  /** Whether a router's context has a process of its own. */
  public static boolean isOwnProcess(MessageRouter router) {
    return router.parents.length > 0
        && router instanceof ChildRouter
        && ((ChildRouter) router).stdout != null;
  }

  /** Sets the defaults. To be called before code of the program reads the environment. */
  public static void set(MessageRouter router) {
    owner = router;
    if (((ChildRouter) router).hasOtherLocale()) {
      LocaleVariable.restore();
    }
    if (System.getProperty(LOG_MANAGER) == null) { // it is loaded when something logs, if ever
      System.setProperty(LOG_MANAGER, FORWARDED_LOGS);
    }
  }

  /** The router of the context that owns this process; null if there is none. */
  public static MessageRouter owner() {
    return owner;
  }
}
