package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.context.ConversationId;
import org.mitogen4j.internal.context.ReceiveQueue;
import org.mitogen4j.internal.context.threads.ElasticPool;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;

/** The services of a context, and the threads that they share. */
final class ServicePool extends ReceiveQueue {
  static final int CALL = 0;
  static final int CANCEL = 1;
  private static final String PART = "services";
  final Router router;
  private final Map<String, ServedObject> services = new ConcurrentHashMap<>();

  /** A lock for each service that a parent starts, so that no start waits for another's. */
  private final Map<String, Object> starting = new ConcurrentHashMap<>();

  /** The calls that are not answered yet. */
  private final Map<ConversationId, ServiceCall> open = new ConcurrentHashMap<>();

  /** The answers that are being sent, by the link that they go out by. */
  @GuardedBy("this")
  private final Map<Link, Answers> answers = new HashMap<>();

  private final ElasticPool pool;
  private final Runnable next = this::next;

  /** The answers to one link: its readers may be slow, so they get a share of the threads only. */
  private static final class Answers {
    int threads;
    final Queue<Runnable> rest = new ArrayDeque<>();
  }

  private ServicePool(Router router) {
    super(router.runtime(), ANYBODY);
    this.router = router;
    pool = new ElasticPool(router.runtime().threads, router.runtime().serviceThreads());
    router.runtime().atEnd(pool::end);
  }

  static ServicePool of(Router router) {
    return router
        .runtime()
        .part(
            PART,
            ServicePool.class,
            () -> {
              ServicePool pool = new ServicePool(router);
              router.core().handlers.put(Handle.SERVICE, pool);
              return pool;
            });
  }

  /** Starts a service, if it is not running. Called by a parent. */
  static void start(String name) throws ReflectiveOperationException {
    ServicePool pool = of(Router.current());
    synchronized (pool.starting.computeIfAbsent(name, n -> new Object())) {
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

  /** The exposed method with this name and number of parameters; null when there is none. */
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
  public void receive(Message m) {
    ConversationId key = new ConversationId(m.src, Handle.SERVICE, m.replyTo);
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
    pool.submit(next);
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
    pool.submit(call);
  }

  /**
   * Sends an answer, behind others of the same link if these use up the link's share of threads.
   */
  void answer(ServiceCall call, Message asked, Runnable send) {
    open.remove(call.key, call);
    Link link = asked.from;
    if (link == null || router.core().isParent(asked.auth)) {
      send.run(); // a parent is trusted to read it
      return;
    }
    Answers busy;
    synchronized (this) {
      busy = answers.computeIfAbsent(link, l -> new Answers());
      if (busy.threads == most(link)) {
        busy.rest.add(send);
        return;
      }
      busy.threads++;
    }
    for (Runnable one = send; one != null; one = next(link, busy)) {
      one.run();
    }
    arrived(); // calls of this link may be taken again
  }

  private synchronized Runnable next(Link link, Answers busy) {
    Runnable one = busy.rest.poll();
    if (one == null && --busy.threads == 0) {
      answers.remove(link);
    }
    return one;
  }

  /** The most threads that may wait for readers behind a link: half for the parent's link. */
  private int most(Link link) {
    return Math.max(1, pool.max() / (link == router.core().parent ? 2 : 4));
  }

  /** The first call that came by a link whose answers do not wait for their readers. */
  @GuardedBy("this")
  @Override
  protected Message pick(Queue<Message> waiting) {
    if (answers.isEmpty()) {
      return waiting.poll();
    }
    for (Iterator<Message> i = waiting.iterator(); i.hasNext(); ) {
      Message m = i.next();
      Answers busy = answers.get(m.from);
      if (busy == null || busy.rest.isEmpty()) {
        i.remove();
        return m;
      }
    }
    return null;
  }
}
