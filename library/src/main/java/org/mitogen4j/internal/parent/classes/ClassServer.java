package org.mitogen4j.internal.parent.classes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.Disconnects;
import org.mitogen4j.internal.context.Printable;
import org.mitogen4j.internal.context.ResourceKey;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.Requests;

/**
 * Answers children that ask for classes. What is not here is asked for once, however many wait for
 * it, and no thread waits meanwhile. Each child has a queue of its own, and they take turns; that
 * of one that does not take its answers rests, so that it holds up no thread and no other child.
 */
public final class ClassServer extends Requests.FromChild {
  /** Between names in an answer: none has it. */
  private static final String SEPARATOR = ";";

  private static final String LIBRARY = "org.mitogen4j.";

  /** The bundle of the library's classes that functions use. */
  private static final String API = "api";

  /** Names that a child may ask for before it has taken the answers. */
  private static final int MAX_OPEN = 10_000;

  /** What is asked for further up at a time: this context is held to the same there. */
  private static final int MAX_ASKING = MAX_OPEN / 4;

  /** Threads that work for one child: one class that is slow to find does not hold up the next. */
  private static final int THREADS = 3;

  /** A child to which so many bytes are to be written already is not served. */
  private static final int ROOM = 1 << 18;

  /** How long until it is looked again whether it took them. */
  private static final long REST_MILLIS = 10;

  private static final long MAX_REST_MILLIS = 100;

  private final Parent parent;
  private final ContextRuntime context;
  private final MessageRouter router;
  private final Executor pool;
  private final Map<Link, Queue> queues = new ConcurrentHashMap<>();

  /** How often classes may have come to be that there were not before. */
  private final AtomicInteger sources = new AtomicInteger();

  /** Names of absent classes that some child was told of before it asked. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** How many answers of the parent are awaited. */
  private final AtomicInteger asking = new AtomicInteger();

  /** Who waits for what was asked for. */
  @GuardedBy("waiting")
  private final Map<String, List<Message>> waiting = new HashMap<>();

  public ClassServer(Parent parent, Executor pool) {
    this.parent = parent;
    this.pool = pool;
    context = parent.context;
    router = parent.router;
    new Queue(null); // so that the classes are here when a reading thread needs them
    new Answer("");
  }

  @Override
  public void receive(Message m) {
    Queue queue = queues.computeIfAbsent(m.from, Queue::new);
    if (queue.open.incrementAndGet() > MAX_OPEN || m.size > Requests.MAX_SIZE) {
      throw new IllegalArgumentException(
          "it asks for more than "
              + MAX_OPEN
              + " classes at a time, or for one with a longer name");
    } else {
      queue.add(() -> serve(m));
    }
  }

  /** Forgets children that are gone. */
  public void clean() {
    queues.keySet().removeIf(stream -> stream.dead() != null);
  }

  /** What one child asked for. */
  private final class Queue implements Runnable {
    private final Link to;

    @GuardedBy("this")
    private final ArrayDeque<Runnable> work = new ArrayDeque<>();

    @GuardedBy("this")
    private int running;

    @GuardedBy("this")
    private int begun; // of those that run: that have no task yet

    @GuardedBy("this")
    private boolean resting;

    @GuardedBy("this")
    private long rest = REST_MILLIS;

    /** What it asked for and has no answer to. */
    final AtomicInteger open = new AtomicInteger();

    /** What it was told of that there is none. */
    @GuardedBy("absent")
    private final AbsentNames absent = new AbsentNames();

    Queue(Link to) {
      this.to = to;
    }

    synchronized void add(Runnable task) {
      work.add(task);
      go();
    }

    /** Has threads of the pool take one task each, if the child has room for the answers. */
    @GuardedBy("this")
    private void go() {
      int more = Math.min(work.size() - begun, THREADS - running);
      if (resting || more <= 0) {
        return;
      }
      if (to.pending() > ROOM || asking.get() > MAX_ASKING) {
        resting = true;
        try {
          parent.schedule(this::resume, rest, TimeUnit.MILLISECONDS);
        } catch (DeadException closed) {
          work.clear();
        }
        rest = Math.min(2 * rest, MAX_REST_MILLIS);
        return;
      }
      rest = REST_MILLIS;
      for (; more > 0; more--) {
        running++;
        begun++;
        pool.execute(this); // behind what others asked for
      }
    }

    private synchronized void resume() {
      resting = false;
      if (to.dead() == null) {
        go();
      }
    }

    @Override
    public void run() {
      Runnable task = next();
      if (task != null) {
        task.run();
      }
      done();
    }

    private synchronized Runnable next() {
      begun--;
      return work.poll();
    }

    private synchronized void done() {
      running--;
      go();
    }

    /**
     * Answers that there is no such class, and remembers it.
     *
     * @param seen the value of {@link #sources} when the class was looked for
     * @return whether {@link #sources} still has that value
     */
    boolean tellAbsent(Message m, String name, int seen) {
      synchronized (absent) { // what is sent behind is sent by forgetAbsent
        if (seen != sources.get()) {
          return false;
        }
        absent.add(name);
        Encoder e = new Encoder(router, true);
        e.bytes(Message.EMPTY);
        parent.requests.answer(m, e);
        return true;
      }
    }

    boolean wasToldAbsent(String name) {
      synchronized (absent) {
        return absent.contains(name);
      }
    }

    void forgetAbsent() {
      synchronized (absent) {
        if (!absent.isEmpty()) {
          absent.clear();
          sendForget(to.peer);
        }
      }
    }

    /** Does what may wait for the child, which is not served meanwhile as much as else. */
    synchronized void apart(Runnable work) {
      running++;
      router
          .thread(
              "serve " + to.peer,
              () -> {
                work.run();
                done();
              })
          .start();
    }
  }

  private void serve(Message m) {
    try {
      find(m, new Decoder(router, m).text());
    } catch (RuntimeException | Error e) {
      answered(m);
      String why = router.name + " can't find a class: " + e;
      context.routing.dead(m.from, m.src, m.replyTo, new EndCause(EndCause.FAILED, why));
    }
  }

  private void find(Message m, String name) {
    if (ResourceKey.isResource(name) ? !isResource(name) : !isClass(name)) {
      context.routing.refuse(m.from, "it asks for " + Printable.line(name));
      answer(m, name, Message.EMPTY, Collections.emptyList(), sources.get());
      return;
    }
    if (name.startsWith(LIBRARY)) {
      pushBundleOf(m.src, name);
    }
    int seen = sources.get();
    Queue queue = queues.get(m.from);
    if (queue != null && queue.wasToldAbsent(name)) {
      answer(m, name, Message.EMPTY, Collections.emptyList(), seen);
      return;
    }
    byte[] packed = parent.classes.here(name);
    if (packed == null) {
      synchronized (waiting) {
        packed = parent.classes.here(name); // an answer may have come meanwhile
        if (packed == null) {
          List<Message> who = waiting.get(name);
          if (who != null) {
            who.add(m);
            return;
          }
          who = new ArrayList<>();
          who.add(m);
          waiting.put(name, who);
        }
      }
    }
    if (packed != null) {
      ContextRecord child = parent.known.get(m.src);
      List<Packed> along =
          child == null || packed.length == 0 ? Collections.emptyList() : sendAlong(child, name);
      answer(m, name, packed, along, seen);
      return;
    }
    new Answer(name).ask();
  }

  /** Sends what a child will want next that asks for something. */
  private List<Packed> sendAlong(ContextRecord child, String name) {
    if (name.charAt(0) == ResourceKey.FIND && !name.endsWith(".class")) {
      return router.parents.length == 0
          ? parent.sender.sendNamed(child, name)
          : Collections.emptyList();
    }
    boolean program =
        !CallDependencies.isLibrary(name) && !name.endsWith(".") && !ResourceKey.isResource(name);
    return program ? parent.sender.sendAround(child, name) : Collections.emptyList();
  }

  private static boolean isClass(String name) {
    return !name.contains("..") && name.indexOf('/') < 0;
  }

  private static boolean isResource(String key) {
    String name = ResourceKey.resource(key);
    return name.isEmpty() || ResourceKey.isName(name);
  }

  /** Who asks for one of the library's classes will ask for its neighbours. */
  private void pushBundleOf(int child, String name) {
    for (String bundle : Parent.BUNDLES) {
      for (String member : parent.classes.bundle(bundle)) {
        if (member.equals(name)) {
          parent.sender.sendBundle(child, bundle);
          ContextRecord asking = parent.known.get(child);
          if (bundle.equals(API) && asking != null && asking.lastCalled != null) {
            // later children get the bundle along with the function
            parent.sender.history.sent(asking.lastCalled, true, Collections.emptySet(), false);
          }
          return;
        }
      }
    }
  }

  /**
   * Answers a child.
   *
   * @param packed no bytes when there is no such class
   * @param along the classes that were sent before the answer, for the context that passes it on
   * @param seen the value of {@link #sources} when the class was looked for
   */
  private void answer(Message m, String name, byte[] packed, List<Packed> along, int seen) {
    if (packed.length == 0) {
      parent.sender.sendNames(m.src);
    }
    Queue queue = queues.get(m.from);
    if (packed.length == 0 && queue != null && !queue.tellAbsent(m, name, seen)) {
      find(m, name); // there may be now
      return;
    }
    answered(m);
    asked(m, name, along, packed.length > 0);
    if (packed.length == 0) {
      return;
    }
    Encoder e = new Encoder(router, true);
    e.bytes(packed);
    StringBuilder names = new StringBuilder();
    for (Packed p : along) {
      names.append(names.length() == 0 ? "" : SEPARATOR).append(p.name);
    }
    e.text(names.toString());
    if (packed.length < ContextRuntime.MOST_NOW) {
      parent.requests.answer(m, e);
      sent(m, name, packed.length);
    } else if (queue != null) { // else it is gone
      queue.apart(
          () -> {
            try {
              router.send(m.src, m.replyTo, 0, e, 0, true);
              sent(m, name, packed.length);
            } catch (DeadException gone) {
              // then nobody asks any more
            }
          });
    }
  }

  /**
   * Notes that a child asked for a class or a resource, for later children that run the same
   * function.
   */
  private void asked(Message m, String name, List<Packed> along, boolean found) {
    ContextRecord child = parent.known.get(m.src);
    if (child != null) {
      if (!ResourceKey.isContinued(name)) { // it reads further pieces ahead
        child.sentClasses().requests.increment();
        boolean wasSent = child.sentClasses().sent(ResourceKey.classOf(name));
        parent.classes.question(name, child, found, wasSent, child.lastCalled);
      }
      if (!found && !ResourceKey.isResource(name)) {
        if (child.lastCalled != null && !name.endsWith(".")) { // later children need not ask
          parent.sender.history.asked(child.lastCalled, ResourceKey.absentClass(name));
        }
        return;
      }
      parent.sender.sendPackage(child, name);
      parent.classes.sending(name, child, ClassSender.ASKED_FOR);
      if (child.lastCalled != null && !ResourceKey.isContinued(name)) {
        boolean isResource = ResourceKey.isResource(name);
        parent.sender.history.asked(
            child.lastCalled, isResource ? name : ResourceKey.classOf(name));
        for (Packed packed : along) {
          for (String with : packed.classes) {
            parent.sender.history.asked(child.lastCalled, ResourceKey.classOf(with));
          }
        }
      }
    }
  }

  // ---- what does not exist

  /** There may be classes now that there were not before: children are to ask again. */
  public void forgetAbsent() {
    sources.incrementAndGet();
    for (Queue queue : queues.values()) {
      queue.forgetAbsent();
    }
    for (ContextRecord context : parent.known.values()) {
      if (context.hasSentClasses() && context.sentClasses().takeAbsent()) {
        sendForget(context.id);
      }
    }
    told.clear();
  }

  private void sendForget(int id) {
    Encoder e = new Encoder(router, true);
    e.text(""); // an empty name: forget which classes are absent
    e.bytes(Message.EMPTY);
    try {
      router.send(id, Handle.PUSH, 0, e, 0, false);
    } catch (DeadException gone) {
      // the context is gone, so there is nothing to forget
    }
  }

  /** Notes that a child is told, before it asks, that there is no such class. */
  void tellAbsent(String className) {
    told.add(className);
  }

  /** There is such a class, although a child may have been told that there is none. */
  void exists(String name) {
    if (told.contains(name) || parent.classes.isUnexpected(name)) {
      forgetAbsent();
      return;
    }
    for (Queue queue : queues.values()) {
      if (queue.wasToldAbsent(name)) {
        forgetAbsent();
        return;
      }
    }
  }

  /** Takes what a parent sends: classes, or that there may be more of them now. */
  public Handler fromAbove() {
    return new Handler() {
      @Override
      public void receive(Message m) {
        router.classes.receive(m);
        if (new Decoder(router, m).text().isEmpty()) {
          forgetAbsent();
        }
      }
    };
  }

  private void sent(Message m, String name, int size) {
    ContextRecord child = parent.known.get(m.src);
    if (child != null) {
      child.sentClasses().bytes.add(size);
      child.sentClasses().lock();
      try {
        String sent = ResourceKey.isResource(name) ? name : ResourceKey.classOf(name);
        child.sentClasses().sent.add(sent);
        if (child.lastCalled != null) {
          child.sentClasses().askedFor.put(sent, child.lastCalled);
        }
      } finally {
        child.sentClasses().unlock();
      }
    }
    m.from.sent.add(name); // behind the answer: messages that rely on it are sent behind it, too
  }

  private void answered(Message m) {
    Queue queue = queues.get(m.from);
    if (queue != null) {
      queue.open.decrementAndGet();
    }
  }

  /** Waits for the parent's answer. */
  private final class Answer extends Handler {
    private final String name;
    private long handle;

    Answer(String name) {
      this.name = name;
      peer = router.parents.length == 0 ? router.id : router.parents[0];
    }

    void ask() {
      Encoder e = new Encoder(router, true);
      e.text(name);
      asking.incrementAndGet();
      handle = router.open(this);
      try {
        router.send(peer, Handle.CLASS, handle, e, 0, true);
      } catch (DeadException lost) {
        receive(Disconnects.dead(peer, router.id, handle, lost.cause));
      }
    }

    /** On a reading thread: the queues of those who wait go on. */
    @Override
    public void receive(Message answer) {
      router.handlers.remove(handle);
      byte[] packed = null;
      List<String> along = new ArrayList<>();
      if (!answer.dead()) {
        Decoder d = new Decoder(router, answer);
        packed = d.bytes();
        parent.classes.keep(name, packed);
        String names = packed.length == 0 ? "" : d.text();
        if (!names.isEmpty()) {
          along.addAll(Arrays.asList(names.split(SEPARATOR)));
        }
      }
      byte[] found = packed;
      List<Message> who;
      synchronized (waiting) {
        who = waiting.remove(name);
      }
      if (who == null) {
        return; // the link ended while it was asked for: that was told already
      }
      asking.decrementAndGet();
      int seen = sources.get(); // on the thread that is told of more
      for (Message m : who) {
        Queue queue = queues.get(m.from);
        if (found == null) { // no answer is not the same as no class
          answered(m);
          context.routing.dead(m.from, m.src, m.replyTo, EndCause.of(answer));
        } else if (queue != null) { // else it is gone
          queue.add(() -> answer(m, name, found, parent.sender.sendOn(m.src, along), seen));
        }
      }
    }
  }
}
