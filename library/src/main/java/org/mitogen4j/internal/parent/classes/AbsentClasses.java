package org.mitogen4j.internal.parent.classes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.LinkView;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.Parent;

/**
 * Tells contexts which names are absent, notes what they were told, and has them forget it when
 * there may be such names. A direct child that is told to forget tells its own children. Thread
 * safe; does not wait, so that a reading thread may use it.
 */
final class AbsentClasses {
  /** What an order to forget has if it is about more than answers; see PackedCache. */
  private static final byte[] UNASKED = {1};

  private final Parent parent;
  private final ContextRuntime context;

  /** What each direct child and the contexts below it were told, by its link. */
  private final Map<Link, Told> links = new ConcurrentHashMap<>();

  /** The number of events after which absent names may exist. */
  private final AtomicInteger changes = new AtomicInteger();

  /** The absent classes that a context was told of before it asked. */
  private final Set<String> unasked = ConcurrentHashMap.newKeySet();

  AbsentClasses(Parent parent) {
    this.parent = parent;
    context = parent.context;
    new Told(); // loads the class now: a reading thread can't wait for it
  }

  /**
   * What was told by one link. Locked while that is sent, so that an order to forget is sent either
   * before it or behind it.
   */
  private static final class Told {
    /** The absent classes of which the direct child was told when it asked. */
    @GuardedBy("this")
    private final AbsentNames answered = new AbsentNames();

    /** The keys of absences that contexts were told of without asking, by their ids. */
    @GuardedBy("this")
    private final Map<Integer, Set<String>> unasked = new HashMap<>();

    synchronized boolean wasAnswered(String name) {
      return answered.contains(name);
    }

    synchronized boolean answer(String name, BooleanSupplier isCurrent, Runnable answer) {
      boolean current = isCurrent.getAsBoolean();
      if (current) {
        answered.add(name);
        answer.run();
      }
      return current;
    }

    synchronized boolean tell(int id, String key, BooleanSupplier isCurrent, Runnable send) {
      boolean isNew =
          isCurrent.getAsBoolean() && unasked.computeIfAbsent(id, any -> new HashSet<>()).add(key);
      if (isNew) {
        send.run();
      }
      return isNew;
    }

    synchronized boolean wasTold(int id, String key) {
      return unasked.getOrDefault(id, Collections.emptySet()).contains(key);
    }

    synchronized void forget(Collection<Integer> gone) {
      for (int id : gone) {
        unasked.remove(id);
      }
    }

    /**
     * Sends an order to forget what was told, if there is any.
     *
     * @param takePassed forgets what went over the link, of this context or of its parents; false
     *     if nothing did
     */
    synchronized void forget(
        BooleanSupplier takePassed, Runnable forgetAll, Runnable forgetAnswers) {
      if (takePassed.getAsBoolean()) {
        forgetAll.run();
      } else if (!answered.isEmpty()) {
        forgetAnswers.run();
      }
      answered.clear();
      unasked.clear();
    }
  }

  private Told told(Link link) {
    return links.computeIfAbsent(link, any -> new Told());
  }

  /** The number of events after which absent names may exist; read before a name is sought. */
  int changes() {
    return changes.get();
  }

  /** Contexts are gone: forgets what they were told. */
  void forget(Collection<Integer> gone) {
    links.keySet().removeIf(link -> link.dead() != null);
    for (Told told : links.values()) {
      told.forget(gone);
    }
  }

  /**
   * Answers that a class is absent, and remembers it.
   *
   * @param seen the value of {@link #changes} when the class was looked for
   * @return false if the value has changed: then nothing is answered
   */
  boolean answer(Message m, String name, int seen) {
    Encoder e = new Encoder(parent.router, true);
    e.bytes(Message.EMPTY);
    return told(m.from)
        .answer(name, () -> seen == changes.get(), () -> parent.requests.answer(m, e));
  }

  /** Whether a direct child was told, when it asked, that a class is absent. */
  boolean wasAnswered(Link link, String name) {
    Told told = links.get(link);
    return told != null && told.wasAnswered(name);
  }

  /**
   * Tells a context of absent names before it asks, once until it is told to forget.
   *
   * @param key a key of {@link ResourceKey#isAbsence}
   * @param packed what the key stands for; with the key it fits a frame
   * @param seen the value of {@link #changes} when the names were looked for
   * @return false if the value has changed, or the context was told: then nothing is sent
   */
  boolean tell(Link way, int id, String key, byte[] packed, int seen) {
    String className = ResourceKey.classOfAbsent(key);
    if (className != null) {
      unasked.add(className);
    }
    return told(way)
        .tell(
            id,
            key,
            () -> seen == changes.get(),
            () -> {
              // not as bulk, which an order to forget would overtake
              if (context.classRelay.push(way, id, key, packed, 0)) {
                LinkView.countServed(context, way, packed.length);
              }
            });
  }

  /** Whether a context was told of absent names before it asked, and not to forget them. */
  boolean wasTold(Link way, int id, String key) {
    Told told = links.get(way);
    return told != null && told.wasTold(id, key);
  }

  /** Has contexts forget if one was told that a class is absent which exists. */
  void exists(String name) {
    if (unasked.contains(name) || parent.classes.isUnexpected(name)) {
      forget();
      return;
    }
    for (Told told : links.values()) {
      if (told.wasAnswered(name)) {
        forget();
        return;
      }
    }
  }

  /** Has all contexts forget absent names, since some may exist now. */
  void forget() {
    unasked.clear(); // first: a thread that adds to it later, but before the change, tells nothing
    changes.incrementAndGet();
    for (Link link : context.routing.routes.children()) {
      told(link); // also where parents alone told contexts below
    }
    for (Map.Entry<Link, Told> e : links.entrySet()) {
      Link link = e.getKey();
      e.getValue()
          .forget(
              () -> context.classRelay.forgetAbsences(link),
              () -> sendForget(link.peer, UNASKED),
              () -> sendForget(link.peer, Message.EMPTY));
    }
  }

  private void sendForget(int id, byte[] bytes) {
    Encoder e = new Encoder(parent.router, true);
    e.text(""); // an empty name: forget which names are absent
    e.bytes(bytes);
    try {
      parent.router.send(id, Handle.PUSH, 0, e, 0, false);
    } catch (DeadException gone) {
      // the context is gone, so there is nothing to forget
    }
  }
}
