package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/**
 * Sends further classes along with an answer: those that a child will probably need next after the
 * class or resource that it asked for.
 */
final class AnswerCompanions {
  /** The prefix of the keys of lists of services. */
  private static final String SERVICES = ResourceKey.FIND + ResourceKey.SERVICES;

  // the most classes, bytes and search time for one answer; doubled at each further question
  private static final long AROUND_CLASSES = 80;
  private static final long AROUND_BYTES = 50_000;
  private static final int MAX_AROUND_SHIFT = 4;
  private static final int LEARNED_SHIFT = 3; // by which it is divided where children reported
  private static final long AROUND_NANOS = 50_000_000;

  /** The most bytes that are sent before the answer; the rest follows it. */
  private static final long AHEAD_BYTES = 100_000;

  /**
   * The packed bytes of resources of a folder that go ahead of an answer; doubled at each further
   * question for that folder.
   */
  private static final long BESIDE_BYTES = 25_000;

  private static final int MAX_BESIDE_SHIFT = 2;

  /** The number of questions for a package or folder at which its neighbours are sent, too. */
  private static final int FEW_OF_PACKAGE = 3;

  /** The most neighbours before what is asked for that are sent, and the most behind it. */
  private static final int NEIGHBOURS = 100;

  private final Parent parent;
  private final ClassSender sender;
  private final ClassSource classes;
  private final ClassSearches searches;

  AnswerCompanions(Parent parent, ClassSender sender) {
    this.parent = parent;
    this.sender = sender;
    classes = parent.classes;
    searches = sender.searches;
  }

  /** Sends what a child will need after a name that it asked for; returns what was sent. */
  List<Packed> send(ContextRecord child, String name) {
    if (name.charAt(0) == ResourceKey.FIND) {
      return sendForResource(child, name);
    }
    boolean program =
        !LibraryNames.isLibrary(name) && !name.endsWith(".") && !ResourceKey.isResource(name);
    return program ? sendAround(child, name) : Collections.emptyList();
  }

  /**
   * Sends classes that a child is likely to need after the class that it asks for, but not that
   * class itself. A child that asks often gets more classes each time.
   *
   * @return what was sent
   */
  private List<Packed> sendAround(ContextRecord child, String asked) {
    String className = ResourceKey.classOf(asked);
    SentClasses sent = child.sentClasses();
    sent.lock();
    try {
      if (sent.sent.contains(className)) {
        return Collections.emptyList(); // it may be on its way already
      }
    } finally {
      sent.unlock();
    }
    int times = Math.min(sent.asked.incrementAndGet(), MAX_AROUND_SHIFT);
    if (sender.ahead.sendJarOf(child, className)) {
      return Collections.emptyList();
    }
    int shift = sent.isLearned ? times - LEARNED_SHIFT : times;
    Collection<String> next =
        searches.next(
            child.id, likeliest(child), className, shift(AROUND_CLASSES, shift), AROUND_NANOS);
    Map<String, String> all = new LinkedHashMap<>();
    for (String name : neighbours(child, className)) {
      all.put(name, "in a package of which it asks for one class after another");
    }
    String why = "goes with " + className;
    sent.lock();
    try {
      for (String name : next) {
        if (!sent.sent.contains(name)) {
          all.putIfAbsent(name, why);
        }
      }
    } finally {
      sent.unlock();
    }
    if (asked.equals(classes.toSend(className, child)) || !asked.equals(className)) {
      all.remove(className); // the child asks for a variant, and must not use this one
    }
    return sendAlong(child, all, shift(AROUND_BYTES, shift));
  }

  /**
   * The neighbours of a class in its package, if the child has asked for several classes of that:
   * its code may compute their names, so that no search finds them.
   */
  private List<String> neighbours(ContextRecord child, String className) {
    String inPackage = ResourceKey.packageOf(className);
    if (child.sentClasses().countAsked(inPackage) < FEW_OF_PACKAGE) {
      return Collections.emptyList();
    }
    return around(classes.inPackage(inPackage), className); // in the order of the jar
  }

  /** Sends classes along with an answer, and notes them for the functions that the child runs. */
  private List<Packed> sendAlong(ContextRecord child, Map<String, String> all, long maxBytes) {
    SentClasses sent = child.sentClasses();
    List<String> functions = ClassSender.asking(child);
    sent.lock();
    try {
      Link way = parent.context.routing.way(child.id);
      if (way != null) {
        sender.learnResources(functions, all.keySet(), way.peer);
      }
      List<Packed> packed = sender.pusher.send(child, all, Math.min(maxBytes, AHEAD_BYTES), 0);
      sent.noteAskedFor(packed, functions);
      long left = maxBytes - AHEAD_BYTES;
      if (left > 0 && sent.isSendingBehind.compareAndSet(false, true)) {
        new BackgroundPush(
                parent,
                child,
                functions.isEmpty() ? null : functions.get(0),
                () -> {
                  List<Packed> next = sender.pusher.sendStep(child, all, Header.BULK);
                  sent.noteAskedFor(next, functions);
                  return BackgroundPush.bytes(next);
                })
            .limit(left)
            .onEnd(() -> sent.isSendingBehind.set(false))
            .start();
      }
      return packed;
    } finally {
      sent.unlock();
    }
  }

  /** The function that probably asks; null if none was called. */
  private static String likeliest(ContextRecord child) {
    List<String> functions = ClassSender.asking(child);
    return functions.isEmpty() ? null : functions.get(0);
  }

  private List<Packed> sendForResource(ContextRecord child, String key) {
    List<Packed> along = new ArrayList<>();
    if (parent.router.parents.length == 0) { // else the master has sent them along
      if (!key.endsWith(".class")) {
        along.addAll(sendNamed(child, key));
      }
      along.addAll(sendBeside(child, key, AHEAD_BYTES - Packed.size(along)));
    }
    return along;
  }

  /**
   * Sends small resources of the folder of a resource, if the child has asked for several of that:
   * its code may read all of them. The child reports those that it used.
   *
   * @param left the packed bytes that may still go ahead of the answer
   */
  private List<Packed> sendBeside(ContextRecord child, String key, long left) {
    String resource = key.substring(1);
    String folder = resource.substring(0, resource.lastIndexOf('/') + 1);
    int times = child.sentClasses().countAsked(key.charAt(0) + folder) - FEW_OF_PACKAGE;
    if (times < 0) {
      return Collections.emptyList();
    }
    Map<String, String> beside = new LinkedHashMap<>();
    for (String name : around(classes.beside(resource), resource)) {
      beside.put(
          ResourceKey.find(name), "in a folder of which it asks for one resource after another");
    }
    beside.remove(key);
    // a context that asks for one further down may lack the classes for resources
    sender.bundles.send(child, Parent.RESOURCES);
    long maxBytes = shift(BESIDE_BYTES, Math.min(times, MAX_BESIDE_SHIFT));
    return sender.pusher.send(child, beside, Math.min(maxBytes, left), 0);
  }

  /** A name's neighbours in a list, and itself. */
  private static List<String> around(List<String> all, String name) {
    int at = Math.max(0, all.indexOf(name));
    return all.subList(Math.max(0, at - NEIGHBOURS), Math.min(all.size(), at + NEIGHBOURS));
  }

  private static long shift(long n, int left) {
    return left < 0 ? n >> -left : n << left;
  }

  /**
   * Sends the classes that a resource names before the resource. For a list of services also what
   * these classes need, since the reader will create objects of them; for other resources the
   * classes alone, since the reader may never load them.
   */
  private List<Packed> sendNamed(ContextRecord child, String resource) {
    Map<String, String> all = new LinkedHashMap<>();
    String why = "named in " + resource.substring(1);
    Collection<String> named = searches.files.named(resource);
    if (named.isEmpty()) {
      return Collections.emptyList();
    }
    if (resource.startsWith(SERVICES)) {
      for (String provider : named) {
        for (String name :
            searches.next(
                child.id, likeliest(child), provider, AROUND_CLASSES, AROUND_NANOS / 10)) {
          all.put(name, "goes with " + resource.substring(1));
        }
      }
    }
    for (String name : searches.mentioned(child.id, likeliest(child), named, why)) {
      all.putIfAbsent(name, why);
    }
    return sendAlong(child, all, AROUND_BYTES << MAX_AROUND_SHIFT);
  }
}
