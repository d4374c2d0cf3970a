package org.mitogen4j.internal.parent.classes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/**
 * Notes which contexts were told that a class is absent, and tells them to forget it when there may
 * be such a class. Thread safe.
 */
final class AbsentClasses {
  private final Parent parent;

  /** What was answered to each direct child, or to contexts below it, by its link. */
  private final Map<Link, Told> answers = new ConcurrentHashMap<>();

  /** The number of events after which absent classes may exist. */
  private final AtomicInteger changes = new AtomicInteger();

  /** The absent classes that a child was told of before it asked. */
  private final Set<String> unasked = ConcurrentHashMap.newKeySet();

  AbsentClasses(Parent parent) {
    this.parent = parent;
    new Told(); // loads the class now: a reading thread can't wait for it
  }

  /** The absent classes that one direct child was told of when it asked. */
  private static final class Told {
    @GuardedBy("this")
    private final AbsentNames names = new AbsentNames();

    synchronized boolean contains(String name) {
      return names.contains(name);
    }

    /** Answers, unless the class may exist by now. Locked, so that forget comes before or after. */
    synchronized boolean answer(String name, BooleanSupplier isCurrent, Runnable answer) {
      boolean current = isCurrent.getAsBoolean();
      if (current) {
        names.add(name);
        answer.run(); // if the class exists later, forget is sent behind this
      }
      return current;
    }

    /** Runs what tells the child to forget, if it was told of an absent class. */
    synchronized void forget(Runnable send) {
      if (!names.isEmpty()) {
        names.clear();
        send.run();
      }
    }
  }

  /** The number of events after which absent classes may exist; read before a class is sought. */
  int changes() {
    return changes.get();
  }

  /** Forgets what children were told that are gone. */
  void clean() {
    answers.keySet().removeIf(link -> link.dead() != null);
  }

  /**
   * Answers that a class is absent, and remembers it.
   *
   * @param seen the value of {@link #changes} when the class was looked for
   * @return false if the value has changed: then nothing is answered
   */
  boolean answer(Message m, String name, int seen) {
    Told told = answers.computeIfAbsent(m.from, any -> new Told());
    Encoder e = new Encoder(parent.router, true);
    e.bytes(Message.EMPTY);
    return told.answer(name, () -> seen == changes.get(), () -> parent.requests.answer(m, e));
  }

  /** Whether a direct child was told, when it asked, that a class is absent. */
  boolean wasAnswered(Link link, String name) {
    Told told = answers.get(link);
    return told != null && told.contains(name);
  }

  /** Notes that a child is told, before it asks, that a class is absent. */
  void tell(String className) {
    unasked.add(className);
  }

  /** Tells children to forget if one was told that a class is absent which exists. */
  void exists(String name) {
    if (unasked.contains(name) || parent.classes.isUnexpected(name)) {
      forget();
      return;
    }
    for (Told told : answers.values()) {
      if (told.contains(name)) {
        forget();
        return;
      }
    }
  }

  /** Tells all children to forget absent classes, since some may exist now. */
  void forget() {
    changes.incrementAndGet();
    for (Map.Entry<Link, Told> e : answers.entrySet()) {
      int child = e.getKey().peer;
      e.getValue().forget(() -> sendForget(child));
    }
    for (ContextRecord context : parent.known.values()) {
      if (context.hasSentClasses() && context.sentClasses().takeAbsent()) {
        sendForget(context.id);
      }
    }
    unasked.clear();
  }

  private void sendForget(int id) {
    Encoder e = new Encoder(parent.router, true);
    e.text(""); // an empty name: forget which classes are absent
    e.bytes(Message.EMPTY);
    try {
      parent.router.send(id, Handle.PUSH, 0, e, 0, false);
    } catch (DeadException gone) {
      // the context is gone, so there is nothing to forget
    }
  }
}
