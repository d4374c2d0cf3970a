package org.mitogen4j;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.context.Inbox;
import org.mitogen4j.context.Key;
import org.mitogen4j.kernel.Handle;
import org.mitogen4j.kernel.Message;

/** The services of a context, and the threads that they share. */
final class ServicePool extends Inbox {
  static final int CALL = 0;
  static final int CANCEL = 1;
  private static final String PART = "services";
  private static final int IDLE_SECONDS = 5;

  final Router router;
  private final Map<String, ServedObject> services = new ConcurrentHashMap<>();

  /** What was asked for and is not answered. */
  private final Map<Key, ServiceCall> open = new ConcurrentHashMap<>();

  private final ThreadPoolExecutor pool;
  private final Runnable next = this::next;

  private ServicePool(Router router) {
    super(router.full(), ANYBODY);
    this.router = router;
    int size = router.full().serviceThreads();
    pool =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> router.core().thread("service", work));
    pool.allowCoreThreadTimeOut(true);
  }

  static ServicePool of(Router router) {
    Map<String, Object> parts = router.full().parts;
    synchronized (parts) {
      ServicePool pool = (ServicePool) parts.get(PART);
      if (pool == null) {
        pool = new ServicePool(router);
        parts.put(PART, pool);
        router.core().handlers.put(Handle.SERVICE, pool);
      }
      return pool;
    }
  }

  /** Starts a service, if it is not running. Called by a parent. */
  static void start(String name) throws ReflectiveOperationException {
    ServicePool pool = of(Router.current());
    synchronized (pool) {
      if (!pool.services.containsKey(name)) {
        Class<?> type = Class.forName(name, true, ServicePool.class.getClassLoader());
        java.lang.reflect.Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        pool.add(constructor.newInstance());
      }
    }
  }

  void add(Object service) {
    services.put(service.getClass().getName(), new ServedObject(this, service));
  }

  /** The exposed method of a name, for so many arguments; null when there is none. */
  static Method find(Class<?> type, String name, int arguments) {
    for (Method m : type.getMethods()) {
      if (m.getName().equals(name)
          && m.getParameterCount() == arguments
          && m.isAnnotationPresent(Exposed.class)) {
        return m;
      }
    }
    return null;
  }

  ServedObject service(String name) {
    ServedObject service = services.get(name);
    if (service == null) {
      throw new IllegalArgumentException(router.core().name + " does not run a service " + name);
    }
    return service;
  }

  // ---- on reading threads

  @Override
  protected void receive(Message m) {
    Key key = new Key(m.src, Handle.SERVICE, m.replyTo);
    if (m.size > 0 && m.pieces[0][0] == CANCEL) {
      ServiceCall call = open.get(key);
      if (call != null) {
        call.cancel();
      }
      return;
    }
    if (!m.dead()) {
      super.receive(m);
    }
  }

  @Override
  protected void arrived() {
    pool.execute(next);
  }

  // ---- on the pool's threads

  private void next() {
    try {
      Message m = next(0);
      if (m != null) {
        ServiceCall call = new ServiceCall(this, m);
        open.put(call.key, call);
        call.run();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e); // it does not wait
    }
  }

  /** Runs a call whose turn has come. */
  void run(Runnable call) {
    pool.execute(call);
  }

  void answered(ServiceCall call) {
    open.remove(call.key, call);
  }
}
