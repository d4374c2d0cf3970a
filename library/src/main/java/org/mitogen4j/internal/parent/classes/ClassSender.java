package org.mitogen4j.internal.parent.classes;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.functions.FunctionName;
import org.mitogen4j.internal.context.functions.RequiredClasses;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/** Decides which classes are sent ahead of a message, and sends each once to each context. */
public final class ClassSender {
  // the packed bytes of classes and resources that are sent ahead of a call

  /** For a function of which no child has reported the classes that it loaded. */
  private static final long AHEAD_BYTES = 400_000;

  /** For such a function, if the child reads these bytes without delay. */
  private static final long MAX_AHEAD_BYTES = 1_000_000;

  /** For a function of which children have reported the classes. */
  private static final long LEARNED_AHEAD_BYTES = 4_000_000;

  /** How long until a child is asked which classes it loaded: it may load some more. */
  private static final long REPORT_MILLIS = 200;

  private final Parent parent;
  private final ContextRuntime context;
  private final ClassSource classes;
  final ClassSearches searches;
  final BundleSender bundles;
  public final FullContexts fullContexts;
  final AbsenceSender absences;
  final ClassPusher pusher;
  final SearchAhead ahead;
  public final LoadedClasses history = new LoadedClasses();

  public ClassSender(Parent parent) {
    this.parent = parent;
    context = parent.context;
    classes = parent.classes;
    searches = new ClassSearches(new ClassFiles(classes));
    bundles = new BundleSender(parent);
    fullContexts = new FullContexts(parent, bundles);
    absences = new AbsenceSender(parent, bundles);
    pusher = new ClassPusher(parent, bundles, absences);
    ahead = new SearchAhead(parent, this);
  }

  // ---- what a message needs

  /**
   * Sends a context below the classes that a message needs and it has not been sent.
   *
   * @param loader the class loader of the function; null if it is not known
   * @param function the called function; null for none
   * @param message the encoded message, which knows the classes of its values
   * @return whether the context was made a full one, so that the message needs credit
   * @throws UnsupportedClassVersionError when the context's Java is too old for the function
   * @throws IllegalArgumentException when the function's class file can't be found, or contexts get
   *     another class of its name
   */
  public boolean sendFor(int id, ClassLoader loader, String function, Encoder message) {
    ContextRecord child = parent.known.get(id);
    if (child == null) {
      return false;
    }
    boolean begun = child.isBegun();
    Collection<String> values = RequiredClasses.of(message);
    boolean news = loader != null && classes.add(loader);
    for (ClassLoader used : RequiredClasses.loaders(message)) {
      news |= classes.add(used);
    }
    if (news) {
      searches.forget();
      parent.server.forgetAbsent();
    }
    if (classes.takeLook()) {
      parent.due.submit(this::lookForNewNames);
    }
    if (function != null) {
      if (loader != null) {
        classes.requireSame(loader, function);
      }
      sendFor(child, loader, function, values);
    } else if (!values.isEmpty()) {
      sendFor(child, values);
    }
    return !begun && child.isBegun();
  }

  private void lookForNewNames() {
    if (classes.hasNewNames()) {
      parent.server.forgetAbsent();
    }
  }

  /**
   * The library's message for a class that is too new for a context.
   *
   * @param error the message of its UnsupportedClassVersionError
   * @return null when the error means something else
   */
  public String tooNew(int id, String error) {
    ContextRecord child = parent.known.get(id);
    return child == null ? null : JavaVersion.refusal(child, error);
  }

  /** Sends a context below a bundle of the library's classes. */
  public void sendBundle(int id, String bundle) {
    ContextRecord child = parent.known.get(id);
    if (child != null) {
      bundles.send(child, bundle);
    }
  }

  /** Fetches all classes of the library that a context can need; for one that is to detach. */
  public void keepLibrary() {
    for (String bundle : Parent.BUNDLES) {
      for (String name : classes.bundle(bundle)) {
        classes.packed(name);
      }
    }
  }

  /**
   * Sends the classes that a call of a function needs.
   *
   * @param loader the class loader of the function; null if it is not known
   * @param values as for {@link CallDependencies#of}
   */
  private void sendFor(
      ContextRecord child, ClassLoader loader, String function, Collection<String> values) {
    ContextRecord next = next(child.id);
    if (next != null) {
      next.calls.call(function);
    }
    String call = values.isEmpty() ? function : function + values;
    if (child.sentClasses().called.contains(call)) {
      return;
    }
    String root = FunctionName.of(function).className;
    CallPlan learned = history.plan(function, classes);
    CallDependencies.Result closure =
        learned == null ? search(child, function, values, call) : searches.ofValues(values);
    if (learned == null && (closure.missing || closure.classes.containsKey(root))) {
      byte[] classFile = classes.classFile(root);
      if (classFile == null) {
        throw new IllegalArgumentException(
            "the class file of "
                + root
                + " is not to be had, so that it can't be sent: its class loader does not give it"
                + " as a resource, as with hidden classes and others that are made at run time, in"
                + " a native image, or with java Prog.java before Java 12. Call a function of a"
                + " class that is in a jar or folder of the program");
      }
      JavaVersion.check(child, root, classFile);
    }
    if (learned != null) {
      JavaVersion.check(child, root, classes.classFile(root));
    }
    Map<String, String> all = new LinkedHashMap<>();
    if (closure.missing) {
      all.put(root, "called"); // this JVM may be too old to look into it
    }
    if (learned != null) {
      for (String name : learned.names) {
        if (!bundles.sendBundleOf(child, name)) {
          all.put(name, "earlier children loaded it");
        }
      }
    } else {
      all.putAll(closure.classes);
      for (String name : history.asked(function, classes)) {
        if (!bundles.sendBundleOf(child, name)) {
          all.putIfAbsent(name, "earlier children asked for it");
        }
      }
    }
    for (Map.Entry<String, String> e : closure.classes.entrySet()) {
      all.putIfAbsent(e.getKey(), e.getValue());
    }
    if (loader != null) {
      classes.warnOfOthers(loader, all.keySet());
    }
    boolean usesApi = closure.usesApi || learned != null && learned.usesApi;
    if (classes.usesLogging(Collections.singleton(root)) || classes.usesLogging(all.keySet())) {
      bundles.sendLogging(child);
      if (!child.isContextStarted()) {
        fullContexts.start(child.id); // logging waits for it
      }
    }
    fullContexts.prepareProcess(child, FunctionName.of(function), all.keySet());
    boolean more = learned == null && closure.cut;
    if (!all.isEmpty() && history.isOpen(function)) {
      Set<String> names = ConcurrentHashMap.newKeySet();
      names.addAll(all.keySet());
      child.sentClasses().running.put(function, names);
      Set<String> found = learned == null ? closure.classes.keySet() : Collections.emptySet();
      boolean isCut = learned == null && closure.cut && !closure.stopsAtJars;
      history.sent(function, usesApi, found, isCut);
    }
    ClassBatches jars = more ? ahead.sendUsed(child, function, all.keySet()) : null;
    Map<String, String> rest =
        learned == null
            ? send(child, all, usesApi, AHEAD_BYTES, ahead.isDirect(child))
            : send(child, all, usesApi, LEARNED_AHEAD_BYTES, false);
    child.sentClasses().isLearned = learned != null && !learned.isCut();
    child.sentClasses().called.add(call);
    if (more || !rest.isEmpty()) {
      ahead.start(child, function, rest, more, jars);
    }
  }

  /** The child by way of which a context is reached, or that context itself; null if it is gone. */
  private ContextRecord next(int id) {
    Link stream = context.routing.way(id);
    return stream == null ? null : parent.known.get(stream.peer);
  }

  /** The functions for which a question of a child counts, the likeliest first. */
  static List<String> asking(ContextRecord child) {
    return child.calls.current(child.sentClasses().running.keySet());
  }

  /**
   * Searches for what a call needs: briefly if the search goes on while the child runs the call,
   * which then waits for the classes that are found later.
   */
  private CallDependencies.Result search(
      ContextRecord child, String function, Collection<String> values, String call) {
    if (!ahead.isDirect(child)) {
      return searches.forFurtherDown(function, values, call);
    }
    CallDependencies.Result near = ahead.forNear(child, function, values, call);
    if (near != null) {
      return near;
    }
    CallDependencies.Result brief = searches.brief(function, values, call);
    return !brief.cut || classes.usesResources(brief.classes.keySet())
        ? brief
        : searches.of(function, values, call);
  }

  /**
   * Searches for what a function needs, if that was not done before the call because the child got
   * whole jars: what a child reports as loaded counts for more if a search finds it, too. May take
   * a second.
   */
  void searchLate(ContextRecord child, String function) {
    if (child.sentClasses().getsJars && history.isUnreported(function)) {
      try {
        CallDependencies.Result all = searches.late(function);
        history.sent(function, all.usesApi, all.classes.keySet(), all.cut);
      } catch (IllegalStateException | DeadException e) {
        // then no class counts as found by a search
      }
    }
  }

  /** Sends the classes that the values of a message need which is no call. */
  private void sendFor(ContextRecord child, Collection<String> values) {
    String message = values.toString();
    if (!child.sentClasses().called.contains(message)) {
      CallDependencies.Result closure = searches.ofValues(values);
      send(child, closure.classes, closure.usesApi, Long.MAX_VALUE, false); // all of them
      child.sentClasses().called.add(message);
    }
  }

  /**
   * Sends classes before the message that needs them, up to a limit in bytes.
   *
   * @param mayFollow as for {@link #sendAhead}
   * @return the rest
   */
  @CanIgnoreReturnValue
  private Map<String, String> send(
      ContextRecord child,
      Map<String, String> all,
      boolean usesApi,
      long aheadBytes,
      boolean mayFollow) {
    Map<String, String> rest = new LinkedHashMap<>();
    // another call that needs the same classes waits here until all are sent
    child.sentClasses().lock();
    try {
      if (usesApi) {
        bundles.send(child, Parent.CONTEXT);
        bundles.send(child, "parent");
        bundles.send(child, "api");
        fullContexts.awaken(child);
      }
      if (all.keySet().stream().anyMatch(name -> ResourceKey.classOfAbsent(name) != null)
          || classes.usesResources(all.keySet())) {
        bundles.send(child, Parent.RESOURCES);
      }
      sendAhead(child, all, aheadBytes, mayFollow);
      if (aheadBytes < Long.MAX_VALUE) {
        rest.putAll(all);
        pusher.removeSent(child, rest.keySet());
      }
    } finally {
      child.sentClasses().unlock();
    }
    return rest;
  }

  /**
   * Sends classes up to a limit, and more while the link takes them as fast as they are packed.
   *
   * @param mayFollow whether the child can be told that further classes are coming: once it reads
   *     them as fast as they are packed, the rest follows the call, and the child begins
   */
  private void sendAhead(
      ContextRecord child, Map<String, String> all, long bytes, boolean mayFollow) {
    Link way = context.routing.way(child.id);
    PushPace pace = way == null ? null : child.sentClasses().pace(way);
    boolean bitByBit = mayFollow && pace != null && bundles.wasSent(child, Parent.RESOURCES);
    List<Packed> sent;
    long left = bytes;
    long first = 0; // the bytes of the link up to the first block
    do {
      sent = bitByBit ? pusher.sendStep(child, all, 0) : pusher.send(child, all, left, 0);
      left -= Packed.size(sent);
      if (first > 0 && pace.hasRead(first)) {
        return;
      } else if (first == 0 && bitByBit) {
        first = pace.ask();
      }
    } while (left > 0 && !sent.isEmpty() && bitByBit);
    left = bytes < MAX_AHEAD_BYTES ? MAX_AHEAD_BYTES - bytes : 0;
    while (left > 0 && !sent.isEmpty() && pace != null && pace.hasRoom()) {
      sent = pusher.sendStep(child, all, 0);
      left -= Packed.size(sent);
    }
  }

  /**
   * Notes the resources that were sent along with classes, for later children of the functions.
   *
   * @param link as for {@link LoadedClasses#asked}
   */
  void learnResources(Collection<String> functions, Collection<String> names, int link) {
    for (String name : names) {
      if (ResourceKey.isResource(name)) {
        functions.forEach(function -> history.asked(function, name, link, true));
      }
    }
  }

  // ---- what is learned

  /** Notes that a call of a function was not sent, or is stopped. */
  public void stopped(int id, String function) {
    ContextRecord child = parent.known.get(id);
    ContextRecord next = next(id);
    if (next != null) {
      next.calls.end(function);
    }
    if (child != null && child.hasSentClasses()) {
      child.sentClasses().stopped(function);
    }
  }

  /** Notes that a function has answered; soon its context is asked which classes it loaded. */
  public void answered(int id, String function) {
    ContextRecord child = parent.known.get(id);
    ContextRecord next = child == null ? null : next(id);
    if (next != null) {
      next.calls.end(function);
    }
    if (child == null || !child.sentClasses().running.containsKey(function)) {
      return;
    }
    boolean asks = child.sentClasses().answered(function);
    parent.due.submit(() -> searches.end(id)); // which may wait: this may be a reading thread
    if (asks) {
      try {
        parent.schedule(
            () -> new UsedClassesRequest(parent, child).send(), REPORT_MILLIS, MILLISECONDS);
      } catch (DeadException | RejectedExecutionException closed) {
        // then nothing is learned
      }
    }
  }

  /**
   * Packs the classes that the next child of a function is going to be sent, so that its call is
   * not delayed.
   *
   * @param child the context that reported which classes it loaded
   */
  void packAhead(ContextRecord child, String function) {
    CallPlan plan = history.isFirstReport(function) ? history.plan(function, classes) : null;
    if (plan == null || parent.router.parents.length > 0) {
      return; // below the master all classes are packed
    }
    List<String> names = new ArrayList<>();
    for (String name : plan.names) {
      if (!ResourceKey.isResource(name) && !classes.isLibrary(name)) {
        names.add(classes.toSend(name, child));
      }
    }
    classes.packAhead(names);
  }
}
