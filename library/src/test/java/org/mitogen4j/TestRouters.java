package org.mitogen4j;

import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.master.Master;

/** What tests in other packages reach into. */
public final class TestRouters {
  private TestRouters() {}

  /** A master with settings of its own. */
  public static Router create(int messageLimit, boolean unidirectional, long heartbeatMillis) {
    ClassLoader loader = TestRouters.class.getClassLoader();
    return Router.of(Master.create(loader, messageLimit, unidirectional, heartbeatMillis, 16));
  }

  /** What is behind a router. */
  public static ContextRuntime of(Router router) {
    return ContextRuntime.of(router.core());
  }

  /** A context by its number. */
  public static Context context(Router router, int id) {
    return router.context(id);
  }

  /** Where a sender sends its items. */
  public static long handle(Sender<?> sender) {
    return sender.handle();
  }
}
