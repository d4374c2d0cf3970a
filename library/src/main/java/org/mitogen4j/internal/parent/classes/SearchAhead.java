package org.mitogen4j.internal.parent.classes;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.functions.FunctionName;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/**
 * Sends a child classes while it runs the function that needs them: those that did not go ahead of
 * the call, and those that the search finds as it goes on, or whole jars in place of a search. For
 * the first {@link #MAX_COMING_MILLIS} the child is told that classes are coming: it then waits a
 * moment for a class that it lacks before it asks for it.
 */
final class SearchAhead {
  /** How long one step of a search may take while a child runs the function. */
  private static final long SEARCH_NANOS = 50_000_000;

  // the pause of a child for which the shared search had found nothing new: it doubles each time,
  // from the first of these to the second
  private static final long PAUSE_MILLIS = 10;
  private static final long MAX_PAUSE_MILLIS = 200;

  /** How long after its call a child is told that no more classes are coming, at the latest. */
  private static final long MAX_COMING_MILLIS = 5000;

  /** The packed bytes of classes of jars that go ahead of a call. */
  private static final long AHEAD_BYTES = 400_000;

  /** The most classes of jars for which the classes that they name are sent ahead of the call. */
  private static final int MOST_NAMING = 10;

  /** The most classes of jars that are looked into before the call is sent. */
  private static final int MOST_LOOKED = 50;

  /** The most questions of a child, for a class of a jar each, that are answered by a whole jar. */
  private static final int MAX_JARS = 50;

  private static final String API = "api";

  private final Parent parent;
  private final ClassSender sender;
  private final BundleSender bundles;
  private final JarSender jarSender;
  private final ClassSearches searches;

  SearchAhead(Parent parent, ClassSender sender) {
    this.parent = parent;
    this.sender = sender;
    bundles = sender.bundles;
    jarSender = new JarSender(parent);
    searches = sender.searches;
  }

  /** Whether a context is a direct child: only those can be told that classes are coming. */
  boolean isDirect(ContextRecord child) {
    Link way = parent.context.routing.way(child.id);
    return way != null && way.peer == child.id;
  }

  /**
   * Searches for what a direct child over a fast link needs, without a look into the jars: the
   * child gets their classes without a search. To see whether the link is fast, asks the child what
   * it has read, and waits for its answer, 50 ms at most.
   *
   * @return null if the link is slow, or the function uses no jars
   */
  CallDependencies.Result forNear(
      ContextRecord child, String function, Collection<String> values, String call) {
    Link way = parent.context.routing.way(child.id);
    if (way == null || !parent.classes.hasJars() || jarSender.isBusy()) {
      return null;
    }
    PushPace pace = child.sentClasses().pace(way);
    String root = FunctionName.of(function).className;
    ClassFile file = searches.files.get(root);
    if (usesJars(Collections.singleton(root)) || file != null && usesJars(file.named())) {
      ask(child, pace); // the child answers during the search
    }
    CallDependencies.Result found = searches.untilJars(function, values, call);
    if (!usesJars(found.classes.keySet())) {
      return null;
    }
    ask(child, pace);
    return pace.awaitFast() ? found : null;
  }

  private boolean usesJars(Collection<String> classNames) {
    return classNames.stream().anyMatch(parent.classes::comesInJar);
  }

  /** Sends a child the {@code resources} bundle, once, and has it tell when it has read that. */
  private void ask(ContextRecord child, PushPace pace) {
    try {
      if (!bundles.wasSent(child, Parent.RESOURCES)) {
        bundles.send(child, Parent.RESOURCES);
        pace.ask();
      }
    } catch (DeadException gone) {
      // the thread that sends the call gets the same exception
    }
  }

  /**
   * Sends a direct child over a fast link those classes of jars that the search has found, and some
   * that these name. To be called before the call is sent.
   *
   * @param found the names of the classes that the search has found
   * @return the jars, whose other classes are to follow the call; null if the child gets no jars
   */
  ClassBatches sendUsed(ContextRecord child, String function, Collection<String> found) {
    Link way = parent.context.routing.way(child.id);
    if (jarSender.isBusy()
        || !isDirect(child)
        || !bundles.wasSent(child, Parent.RESOURCES)
        || !child.sentClasses().pace(way).isFast()) {
      return null;
    }
    Set<String> used = new LinkedHashSet<>(found);
    Set<ClassFile> looked = lookInto(used);
    ClassBatches jars = parent.classes.jarsOf(used);
    if (jars != null) { // whether classes of the jars log is not looked at
      bundles.sendLogging(child);
    }
    long left = AHEAD_BYTES;
    while (jars != null && jars.hasUsed() && left > 0) {
      ClassBatch batch = jarSender.send(child, function, jars, 0);
      left = batch == null ? 0 : left - batch.bytes();
    }
    return jars == null ? null : new NamedFirst(jars, parent.classes, looked);
  }

  /**
   * Adds classes that come along with classes of jars: those that the first ones name, and the
   * superclasses and interfaces of all.
   *
   * @return the classes that were looked into
   */
  private Set<ClassFile> lookInto(Set<String> used) {
    Set<ClassFile> looked = new LinkedHashSet<>();
    Set<String> first = new HashSet<>(used);
    Deque<String> open = new ArrayDeque<>(used);
    int naming = 0;
    while (!open.isEmpty() && looked.size() < MOST_LOOKED) {
      String name = open.remove();
      ClassFile file = parent.classes.comesInJar(name) ? searches.files.get(name) : null;
      if (file != null && looked.add(file)) {
        for (String above : file.supers) {
          used.add(above);
          open.addFirst(above); // the JVM cannot define the class before
        }
        if (naming < MOST_NAMING && first.contains(name)) {
          naming++;
          used.addAll(file.named());
        }
      }
    }
    return looked;
  }

  /**
   * Begins to send what is to follow a call. To be called before the call is sent.
   *
   * @param rest classes that did not go ahead of the call, each with the reason for it
   * @param more whether the search for the function was cut off: for a direct child it goes on.
   *     Contexts further down ask for what is missing, since the search would find other classes
   *     for each of them
   * @param jars what {@link #sendUsed} returned
   */
  void start(
      ContextRecord child,
      String function,
      Map<String, String> rest,
      boolean more,
      ClassBatches jars) {
    boolean isDirect = isDirect(child);
    Coming coming = new Coming(child);
    if (isDirect && bundles.wasSent(child, Parent.RESOURCES)) {
      coming.begin();
    }
    if (jars == null) {
      searchOn(child, function, rest, more && isDirect, coming);
    } else {
      child.sentClasses().getsJars = true;
      jarSender.sendInBackground(
          child,
          function,
          jars,
          () -> searchOn(child, function, rest, false, coming),
          () -> {
            child.sentClasses().getsJars = false;
            searchOn(child, function, rest, isDirect, coming);
          });
    }
  }

  private void searchOn(
      ContextRecord child, String function, Map<String, String> rest, boolean more, Coming coming) {
    // the list of all names takes long to make, and children that run large libraries ask for it
    parent.due.submit(() -> parent.classes.here(ResourceKey.NAMES));
    new BackgroundPush(parent, child, function, rest)
        .onEnd(more ? new Continued(child, function, coming) : () -> coming.end(Header.BULK))
        .start();
  }

  /**
   * Sends a child that gets whole jars the jar with the class that it asks for.
   *
   * @return whether the child gets whole jars, and the class is in one: then nothing else needs to
   *     be sent along with the answer
   */
  boolean sendJarOf(ContextRecord child, String className) {
    SentClasses sent = child.sentClasses();
    List<String> asking = ClassSender.asking(child);
    asking.retainAll(sent.running.keySet());
    if (!sent.getsJars
        || asking.isEmpty()
        || sent.asked.get() > MAX_JARS
        || !parent.classes.comesInJar(className)) {
      return false;
    }
    ClassBatches jar = parent.classes.jarsOf(Collections.singleton(className));
    if (jar != null) {
      Coming coming = new Coming(child);
      coming.begin();
      Runnable end = () -> coming.end(Header.BULK);
      jarSender.sendInBackground(child, asking.get(0), jar, end, end);
    }
    return true;
  }

  /** Continues the search for a function that a child runs, and sends the child what it finds. */
  private final class Continued implements Runnable {
    private final ContextRecord child;
    private final String function;
    private final Coming coming;
    private final SharedSearch shared;

    /** The number of classes that were taken from the shared search. */
    private int taken;

    private boolean hasNames;
    private long pauseMillis = PAUSE_MILLIS;

    Continued(ContextRecord child, String function, Coming coming) {
      this.child = child;
      this.function = function;
      this.coming = coming;
      shared = searches.shared(function);
      parent.due.submit(() -> shared.next(0, SEARCH_NANOS)); // while what it found is sent
    }

    @Override
    public void run() {
      boolean goesOn = false;
      try {
        Link way = parent.context.routing.way(child.id);
        Set<String> needed = child.sentClasses().running.get(function);
        if (way == null || needed == null) {
          return; // it is gone, or needs no more
        }
        // until the child asks for a class: what is found then depends on what children say
        boolean isShared = child.sentClasses().asked.get() == 0;
        // read before the step: another thread may be about to find the last classes
        boolean mayFindMore = !shared.isAtEnd();
        List<String> found = isShared ? next() : searches.more(child.id, function, SEARCH_NANOS);
        if (!found.isEmpty()) {
          pauseMillis = PAUSE_MILLIS;
          goesOn = send(found, way, needed, isShared);
        } else if (isShared && mayFindMore) {
          parent.schedule(this, pauseMillis, MILLISECONDS);
          pauseMillis = Math.min(2 * pauseMillis, MAX_PAUSE_MILLIS);
          goesOn = true;
        }
      } catch (DeadException | RejectedExecutionException gone) {
        // then it needs nothing more
      } finally {
        if (!goesOn) {
          searches.leave(function, shared);
          coming.end(Header.BULK);
        }
      }
    }

    private List<String> next() {
      List<String> found = shared.next(taken, SEARCH_NANOS);
      taken += found.size();
      if (!hasNames && shared.namesAbsent()) {
        hasNames = true;
        found.add(0, ResourceKey.NAMES);
      }
      return found;
    }

    private boolean send(List<String> found, Link way, Set<String> needed, boolean isShared) {
      needed.addAll(found);
      if (isShared) {
        sender.history.sent(function, false, found, true);
      }
      sender.learnResources(
          Collections.singleton(function), found, isShared ? AskedNames.SEARCH : way.peer);
      if (isShared && shared.usesApi()) {
        bundles.send(child, Parent.PART);
        bundles.send(child, API);
      }
      if (isShared) {
        int before = taken;
        parent.due.submit(() -> shared.next(before, SEARCH_NANOS)); // while these are sent
      }
      Map<String, String> names = new LinkedHashMap<>();
      for (String name : found) {
        names.put(name, "found while it runs " + function);
      }
      return new BackgroundPush(parent, child, function, names).onEnd(this).start();
    }
  }

  /** Tells a child that classes are coming, and later that no more are. Thread safe. */
  private final class Coming {
    private final ContextRecord child;
    private final AtomicBoolean isOpen = new AtomicBoolean();

    Coming(ContextRecord child) {
      this.child = child;
    }

    void begin() {
      isOpen.set(true);
      tell(1, 0);
      parent.schedule(() -> end(0), MAX_COMING_MILLIS, MILLISECONDS);
    }

    /**
     * Tells the child that no more classes are coming, if it was told that they are.
     *
     * @param flags {@link Header#BULK} to tell it behind the classes that were sent so, else 0
     */
    void end(int flags) {
      if (isOpen.compareAndSet(true, false)) {
        try {
          tell(-1, flags);
        } catch (DeadException gone) {
          // then it waits for nothing
        }
      }
    }

    private void tell(int change, int flags) {
      SentClasses sent = child.sentClasses();
      sent.lock();
      try {
        int before = sent.coming;
        sent.coming += change;
        if ((before == 0) != (sent.coming == 0)) {
          Encoder e = new Encoder(parent.router, true);
          e.text(ResourceKey.CLASSES); // it is kept as a class is
          e.text(ResourceKey.COMING);
          e.bytes(new byte[] {(byte) (before == 0 ? ResourceKey.IS_COMING : 0)});
          parent.router.send(child.id, Handle.BLOCK, 0, e, flags, false);
        }
      } finally {
        sent.unlock();
      }
    }
  }
}
