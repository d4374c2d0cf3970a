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
 * Which contexts were told that there is no class of some name, and tells them to forget that when
 * there may be one. Thread safe.
 */
final class AbsentClasses {
  private final Parent parent;

  /** By the links to the direct children that asked, or below which somebody did. */
  private final Map<Link, Told> answers = new ConcurrentHashMap<>();

  /** How often classes may have come to be that there were not before. */
  private final AtomicInteger changes = new AtomicInteger();

  /** Names of absent classes that some child was told of before it asked. */
  private final Set<String> unasked = ConcurrentHashMap.newKeySet();

  AbsentClasses(Parent parent) {
    this.parent = parent;
    new Told(); // so that the class is here when a reading thread needs it
  }

  /** What one direct child was told when it asked. */
  private static final class Told {
    @GuardedBy("this")
    private final AbsentNames names = new AbsentNames();

    synchronized boolean contains(String name) {
      return names.contains(name);
    }

    /** Answers, unless there may be more classes than when the class was looked for. */
    synchronized boolean answer(String name, BooleanSupplier isCurrent, Runnable answer) {
      boolean current = isCurrent.getAsBoolean();
      if (current) {
        names.add(name);
        answer.run(); // what is sent behind is sent by forget
      }
      return current;
    }

    /** Has the child forget, if it was told of any. */
    synchronized void forget(Runnable send) {
      if (!names.isEmpty()) {
        names.clear();
        send.run();
      }
    }
  }

  /** How often there may have come to be more classes; the answer to a question belongs to one. */
  int changes() {
    return changes.get();
  }

  /** Forgets what children were told that are gone. */
  void clean() {
    answers.keySet().removeIf(link -> link.dead() != null);
  }

  /**
   * Answers that there is no such class, and remembers it.
   *
   * @param seen the value of {@link #changes} when the class was looked for
   * @return whether that still has this value; else nothing is answered
   */
  boolean answer(Message m, String name, int seen) {
    Told told = answers.computeIfAbsent(m.from, any -> new Told());
    Encoder e = new Encoder(parent.router, true);
    e.bytes(Message.EMPTY);
    return told.answer(name, () -> seen == changes.get(), () -> parent.requests.answer(m, e));
  }

  /** Whether a direct child was told, when it asked, that there is no such class. */
  boolean wasAnswered(Link link, String name) {
    Told told = answers.get(link);
    return told != null && told.contains(name);
  }

  /** Notes that a child is told, before it asks, that there is no such class. */
  void tell(String className) {
    unasked.add(className);
  }

  /** There is such a class, although a child may have been told that there is none. */
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

  /** There may be classes now that there were not before: children are to ask again. */
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
