package org.mitogen4j.internal.parent.classes;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.mitogen4j.internal.context.ClassBlocks;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.FunctionName;
import org.mitogen4j.internal.context.RequiredClasses;
import org.mitogen4j.internal.context.ResourceKey;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.TransferListener;

/** Sends classes ahead of what needs them, each once to each context. */
public final class ClassSender {
  /** The answer to where a resource is that is nowhere: no places, as it travels. */
  private static final byte[] NOTHING = {0, 0, 0, 2, 99, 96, 0, 0};

  /** The prefix of the keys of lists of services. */
  private static final String SERVICES = ResourceKey.FIND + "META-INF/services/";

  /** No call replies there. */
  private static final long NO_CALL = -1;

  /** What stands before a bundle's name among the names of classes that were sent. */
  private static final String BUNDLE = "bundle ";

  static final String ASKED_FOR = "asked for";

  /** What goes ahead of a call that is not known to need it; a link takes so much at once. */
  private static final long AHEAD_BYTES = 400_000;

  /** While more bytes wait for a link nothing goes there that is not asked for. */
  private static final int ROOM = 1 << 17;

  private static final long ROOM_MILLIS = 10;

  /** How long until a child is asked which classes it loaded: it may load some more. */
  private static final long REPORT_MILLIS = 200;

  // what goes along with a class that a child asked for: twice as much each time
  private static final long AROUND_CLASSES = 80;
  private static final long AROUND_BYTES = 50_000;
  private static final int MAX_AROUND_SHIFT = 4;
  private static final int LEARNED_SHIFT = 3; // what is missing is little
  private static final long AROUND_NANOS = 50_000_000;

  /**
   * The most classes that are sent without the bundles of a parent to a child of which only the
   * kernel runs.
   */
  private static final int MOST_ALONE = 5;

  /** From the third question for a class of one package on, its neighbours in the jar go along. */
  private static final int FEW_OF_PACKAGE = 3;

  /**
   * The most classes before a class in its jar that then go along with it, and the most after it.
   */
  private static final int NEIGHBOURS = 100;

  private static final String[] FOR_PARENTS = {
    ClassSource.JAR,
    ClassSource.LIST + "context",
    ClassSource.LIST + "codec",
    ClassSource.LIST + Parent.RESOURCES
  };

  private final Parent parent;
  private final ContextRuntime context;
  private final ClassSource classes;
  private final ClassSearches searches;
  public final LoadedClasses history = new LoadedClasses();

  public ClassSender(Parent parent) {
    this.parent = parent;
    context = parent.context;
    classes = parent.classes;
    searches = new ClassSearches(new ClassFiles(classes));
  }

  // ---- what a message needs

  /**
   * Sends a context below the classes that a message needs and it has not been sent.
   *
   * @param loader where the function comes from; null where that is not known
   * @param function what the message calls; null where it calls nothing
   * @param message with its arguments
   * @return whether the context was made whole for it, so that it counts what it takes
   * @throws UnsupportedClassVersionError when the context's Java is too old for the function
   * @throws IllegalArgumentException when the function's class file is not to be had
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
    if (function != null) {
      sendFor(child, function, values);
    } else if (!values.isEmpty()) {
      sendFor(child, values);
    }
    return !begun && child.isBegun();
  }

  /**
   * Says in our words that a class is too new for a context.
   *
   * @param error the message of its UnsupportedClassVersionError
   * @return null when it means something else
   */
  public String tooNew(int id, String error) {
    ContextRecord child = parent.known.get(id);
    return child == null ? null : JavaVersion.refusal(child, error);
  }

  /**
   * Called ahead of each message to a context below: the first may be a call that fits a frame,
   * anything else needs more than the kernel image.
   *
   * @param simple whether it is a call that the kernel image can take
   * @return whether the context counts what it takes, so that credit is needed
   */
  public boolean prepare(int id, boolean simple) {
    ContextRecord child = parent.known.get(id);
    if (child == null) {
      return true;
    }
    if (child.takeFirst() && simple) {
      return false;
    }
    child.begin();
    sendBundle(id, "context");
    return true;
  }

  /** Sends a context below a bundle of the library's classes. */
  public void sendBundle(int id, String bundle) {
    ContextRecord child = parent.known.get(id);
    if (child != null) {
      sendBundle(child, bundle);
    }
  }

  /** Fetches all of the library that a context can need, for when nobody is left to ask. */
  public void keepLibrary() {
    for (String bundle : Parent.BUNDLES) {
      for (String name : classes.bundle(bundle)) {
        classes.packed(name);
      }
    }
  }

  // ---- what is sent

  /** Sends a class that it has not been sent; nothing where there is no such. */
  private void send(ContextRecord child, String className, String why) {
    send(child, Collections.singletonMap(className, why), Long.MAX_VALUE, 0);
  }

  /**
   * Sends ahead of a class what the context is to know of its package, where that is here: for
   * classes of jars, and for all others where the context is known to look for resources.
   */
  void sendPackage(ContextRecord child, String className) {
    String inPackage = ResourceKey.packageOf(className);
    if (inPackage.equals(className)
        || ResourceKey.isResource(className)
        || classes.isLibrary(className)
        || child.sentClasses().sent(inPackage)
        || !child.sentClasses().sent(BUNDLE + Parent.RESOURCES)
            && !classes.usesResources(Collections.singleton(className))) {
      return;
    }
    child.sentClasses().lock();
    try {
      if (!child.sentClasses().sent.contains(inPackage)) {
        byte[] packed = classes.here(inPackage);
        Link way = context.routing.way(child.id);
        if (packed != null && packed.length > 0 && way != null) {
          child.sentClasses().sent.add(inPackage);
          context.routing.push(way, child.id, inPackage, packed, 0);
        }
      }
    } finally {
      child.sentClasses().unlock();
    }
  }

  /**
   * Sends classes that it has not been sent, and resources.
   *
   * @param names each with the reason for it; the most likely first
   * @param maxBytes the size in packed bytes at which no further class is sent
   * @return what was sent
   */
  List<Packed> send(ContextRecord child, Map<String, String> names, long maxBytes, int flags) {
    Set<String> sent = child.sentClasses().sent;
    child.sentClasses().lock();
    try {
      List<String> missing = new ArrayList<>(names.keySet());
      missing.removeAll(sent);
      if (!sent.contains(BUNDLE + Parent.RESOURCES)) {
        missing.removeIf(ResourceKey::isResource); // it has no use for them yet
      } else if (child.sentClasses().distrusts()) {
        missing.removeIf(ResourceKey::isAbsence);
      }
      List<Packed> all = new ArrayList<>();
      List<String> ordinary = new ArrayList<>();
      long left = maxBytes;
      Link way = context.routing.way(child.id);
      boolean direct = way == null || way.peer == child.id;
      boolean alone = direct && !child.isBegun() && missing.size() <= MOST_ALONE;
      for (String name : missing) {
        String travels = left > 0 ? classes.toSend(name, child) : null;
        byte[] single = alone && name.equals(travels) ? classes.outOfBlock(name) : null;
        if (travels == null) {
          break;
        } else if (single != null) {
          all.add(Packed.single(name, single));
          left -= single.length;
          continue;
        } else if (!ResourceKey.isResource(name) && !classes.isLibrary(name)) {
          ordinary.add(travels);
          continue;
        }
        byte[] bytes = packed(child, travels);
        if (bytes != null) {
          all.add(Packed.variant(travels, bytes, name));
          left -= bytes.length;
        }
      }
      ContextRecord hop = direct ? null : parent.known.get(way.peer);
      if (hop == null) {
        all.addAll(classes.pack(ordinary, left));
        push(child, all, names, flags);
      } else {
        hop.sentClasses().lock(); // so that each class passes it once
        try {
          all.addAll(takeAgain(hop.sentClasses().passed, ordinary));
          List<Packed> packed = classes.pack(ordinary, left);
          for (Packed p : packed) {
            for (String name : p.classes) {
              hop.sentClasses().passed.put(name, p);
            }
          }
          all.addAll(packed);
          push(child, all, names, flags);
        } finally {
          hop.sentClasses().unlock();
        }
      }
      if (maxBytes == Long.MAX_VALUE) {
        sent.addAll(missing); // those that there are not are not looked for again
      }
      return all;
    } finally {
      child.sentClasses().unlock();
    }
  }

  /**
   * A packed class of the library, or the answer about a resource or an absent class; null for
   * nothing.
   */
  private byte[] packed(ContextRecord child, String name) {
    String absent = ResourceKey.classOfAbsent(name);
    if (absent != null && classes.classFile(absent) != null) {
      return null; // meanwhile there is such a class
    }
    byte[] bytes = absent == null ? classes.packed(name) : NOTHING;
    boolean isNames = name.equals(ResourceKey.NAMES);
    if (bytes == null && ResourceKey.isResource(name) && !isNames) {
      bytes = NOTHING; // an empty answer, so that the child need not ask
    }
    if (bytes == NOTHING || bytes != null && isNames) {
      child.sentClasses().tellAbsent();
    }
    if (absent != null) {
      parent.server.tellAbsent(absent);
    }
    return bytes;
  }

  /**
   * Sends all names of the program, once, to a context that asked for an absent one; only if the
   * names are known here, and the context or one below it has the library's classes that use them.
   */
  void sendNames(int id) {
    ContextRecord child = parent.known.get(id);
    Link way = context.routing.way(id);
    byte[] names =
        child == null || way == null || !way.sent.contains(ContextRuntime.PROGRAM_LOADER)
            ? null
            : classes.here(ResourceKey.NAMES);
    if (names == null || names.length == 0 || child.sentClasses().distrusts()) {
      return;
    }
    child.sentClasses().lock();
    try {
      if (child.sentClasses().sent.add(ResourceKey.NAMES)) {
        child.sentClasses().tellAbsent();
        Packed packed = Packed.single(ResourceKey.NAMES, names);
        push(child, packed, Collections.singletonMap(packed.name, "it asks for what is not"), 0);
      }
    } finally {
      child.sentClasses().unlock();
    }
  }

  /**
   * What some classes came in before.
   *
   * @param names those that are found are removed
   */
  private static Collection<Packed> takeAgain(Map<String, Packed> passed, List<String> names) {
    Map<String, Packed> again = new LinkedHashMap<>();
    for (String name : names) {
      Packed packed = passed.get(name);
      if (packed != null) {
        again.put(packed.name, packed);
      }
    }
    for (Packed packed : again.values()) {
      names.removeAll(packed.classes);
    }
    return again.values();
  }

  private void push(ContextRecord child, List<Packed> all, Map<String, String> reasons, int flags) {
    for (Packed packed : all) {
      for (String name : packed.classes) {
        child
            .sentClasses()
            .sent
            .add(ResourceKey.isResource(name) ? name : ResourceKey.classOf(name));
      }
      push(child, packed, reasons, flags);
    }
  }

  private void push(ContextRecord child, Packed packed, Map<String, String> reasons, int flags) {
    Link way = context.routing.way(child.id);
    if (way == null) {
      return; // it is gone
    }
    if (!classes.isLibrary(packed.name) && !CallDependencies.isLibrary(packed.name)) {
      child.sentClasses().bytes.add(packed.bytes.length);
    }
    if (packed.isBlock() || child.sentClasses().sent.contains(BUNDLE + Parent.RESOURCES)) {
      for (String name : packed.classes) {
        if (!classes.isLibrary(name)) {
          child.sentClasses().isTold.add(ResourceKey.classOf(name));
        }
      }
    }
    if (packed.isBlock()) {
      sendBundle(child, "context"); // which takes them out of blocks
    } else if (packed.bytes.length > Header.MAX_PAYLOAD / 2) {
      sendBundle(child, "context"); // it goes in pieces, which take the rest
    }
    for (String travels : packed.classes) {
      String name = ResourceKey.isResource(travels) ? travels : ResourceKey.classOf(travels);
      sendPackage(child, name);
      if (!ResourceKey.isResource(name) && !classes.isLibrary(name)) {
        parent.server.exists(name);
      }
      String why = reasons.get(name);
      classes.sending(name, child, why == null ? "in the same block" : why);
    }
    boolean pieces = packed.bytes.length > Header.MAX_PAYLOAD / 2 && !packed.isBlock();
    TransferListener listener = parent.transfers;
    long begun = listener == null ? 0 : System.nanoTime();
    context.routing.push(way, child.id, packed.name, packed.bytes, pieces ? 0 : flags);
    if (listener != null) {
      listener.sent(child.id, packed.classes.size(), packed.bytes.length, begun);
    }
  }

  private void sendBundle(ContextRecord child, String bundle) {
    child.sentClasses().lock();
    try {
      if (child.sentClasses().sent.add(BUNDLE + bundle)) {
        for (String name : classes.bundle(bundle)) {
          send(child, name, "of the library's bundle " + bundle);
        }
        if (bundle.equals("parent")) { // it will want these to start children
          for (String name : FOR_PARENTS) {
            send(child, name, "for its children");
          }
        }
      }
    } finally {
      child.sentClasses().unlock();
    }
  }

  /**
   * Sends what a function needs that is going to be called.
   *
   * @param values as {@link CallDependencies#of} wants them
   */
  private void sendFor(ContextRecord child, String function, Collection<String> values) {
    Link stream = context.routing.way(child.id);
    ContextRecord next = stream == null ? null : parent.known.get(stream.peer);
    if (next != null) {
      next.lastCalled = function;
    }
    String call = values.isEmpty() ? function : function + values;
    if (child.sentClasses().called.contains(call)) {
      return;
    }
    String root = FunctionName.of(function).className;
    LoadedClasses.Plan learned = history.plan(function, classes);
    CallDependencies.Result closure =
        learned == null
            ? searches.of(function, values, call)
            : searches.of(null, values, values.toString());
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
        all.put(name, "earlier children loaded it");
      }
    } else {
      all.putAll(closure.classes);
      for (String name : history.asked(function, classes)) {
        all.putIfAbsent(name, "earlier children asked for it");
      }
    }
    for (Map.Entry<String, String> e : closure.classes.entrySet()) {
      all.putIfAbsent(e.getKey(), e.getValue());
    }
    boolean usesApi = closure.usesApi || learned != null && learned.usesApi;
    if (classes.usesLogging(Collections.singleton(root)) || classes.usesLogging(all.keySet())) {
      sendBundle(child, "context");
      sendBundle(child, Parent.LOGGING);
      awaken(child);
    }
    send(child, all, usesApi, learned == null ? AHEAD_BYTES : Long.MAX_VALUE);
    if (!all.isEmpty() && history.isOpen(function)) {
      Set<String> names = ConcurrentHashMap.newKeySet();
      names.addAll(all.keySet());
      child.sentClasses().running.put(function, names);
      Set<String> found = learned == null ? closure.classes.keySet() : Collections.emptySet();
      history.sent(function, usesApi, found, learned == null && closure.cut);
    }
    child.sentClasses().isLearned = learned != null && !learned.isCut();
    child.sentClasses().called.add(call);
    if (learned == null && closure.cut) {
      parent.due.submit(() -> searchOn(child, function));
    }
  }

  /** Goes on with the search for a function while a child runs it, and sends what it finds. */
  private void searchOn(ContextRecord child, String function) {
    try {
      Link way = context.routing.way(child.id);
      Set<String> needed = child.sentClasses().running.get(function);
      if (way == null || needed == null) {
        return; // it is gone, or needs no more
      }
      Map<String, String> all = new LinkedHashMap<>();
      if (way.pending() <= ROOM) {
        for (String name : searches.more(child.id, function, AROUND_NANOS)) {
          all.put(name, "found while it runs " + function);
        }
        needed.addAll(all.keySet());
        if (child.sentClasses().asked.get() == 0) { // no child's word has led to these
          history.sent(function, false, all.keySet(), true);
        }
        learnResources(function, all.keySet());
        if (all.isEmpty()) {
          return;
        }
        while (!send(child, all, 1, Header.BULK).isEmpty()) {
          // the next block
        }
      }
      parent.schedule(() -> searchOn(child, function), ROOM_MILLIS, MILLISECONDS);
    } catch (DeadException | RejectedExecutionException gone) {
      // then it needs nothing more
    }
  }

  /** Sends what values need that are no call's. */
  private void sendFor(ContextRecord child, Collection<String> values) {
    String message = values.toString();
    if (!child.sentClasses().called.contains(message)) {
      CallDependencies.Result closure = searches.of(null, values, message);
      send(child, closure.classes, closure.usesApi, Long.MAX_VALUE);
      child.sentClasses().called.add(message);
    }
  }

  /**
   * Sends classes before the message that needs them, up to a limit in bytes; the rest follows the
   * message.
   */
  private void send(
      ContextRecord child, Map<String, String> all, boolean usesApi, long aheadBytes) {
    Set<String> sent = child.sentClasses().sent;
    Map<String, String> rest = new LinkedHashMap<>();
    // another call that needs the same classes waits here until all are sent
    child.sentClasses().lock();
    try {
      if (usesApi) {
        sendBundle(child, "context");
        sendBundle(child, "parent");
        sendBundle(child, "api");
      }
      if (all.keySet().stream().anyMatch(name -> ResourceKey.classOfAbsent(name) != null)
          || classes.usesResources(all.keySet())) {
        sendBundle(child, "context");
        sendBundle(child, Parent.RESOURCES);
        awaken(child);
      }
      send(child, all, aheadBytes, 0);
      rest.putAll(all);
      rest.keySet().removeAll(sent);
    } finally {
      child.sentClasses().unlock();
    }
    if (!rest.isEmpty()) {
      parent.due.submit(() -> sendRest(child, rest));
    }
  }

  /** Sends what a call may need while it runs; whatever else is sent overtakes it. */
  private void sendRest(ContextRecord child, Map<String, String> all) {
    try {
      for (; ; ) {
        Link way = context.routing.way(child.id);
        if (way == null) {
          return;
        } else if (way.pending() > ROOM) {
          parent.schedule(() -> sendRest(child, all), ROOM_MILLIS, MILLISECONDS);
          return;
        } else if (send(child, all, 1, Header.BULK).isEmpty()) {
          return;
        }
      }
    } catch (DeadException | RejectedExecutionException gone) {
      // then it needs nothing more
    }
  }

  /**
   * Sends classes that a child is likely to need after the class that it asks for, but not that
   * class itself. A child that asks often gets more classes each time.
   *
   * @return what was sent
   */
  List<Packed> sendAround(ContextRecord child, String asked) {
    String className = ResourceKey.classOf(asked);
    SentClasses sent = child.sentClasses();
    sent.lock();
    try {
      if (sent.sent.contains(className)) {
        return Collections.emptyList(); // it may be on its way: it alone goes ahead of that
      }
    } finally {
      sent.unlock();
    }
    int times = Math.min(sent.asked.incrementAndGet(), MAX_AROUND_SHIFT);
    int shift = sent.isLearned ? times - LEARNED_SHIFT : times;
    Collection<String> next =
        searches.next(
            child.id, child.lastCalled, className, shift(AROUND_CLASSES, shift), AROUND_NANOS);
    Map<String, String> all = new LinkedHashMap<>();
    for (String name : neighbours(child, className)) {
      all.put(name, "in a package of which it asks for one class after another");
    }
    for (String name : next) {
      all.putIfAbsent(name, "goes with " + className);
    }
    if (asked.equals(classes.toSend(className, child)) || !asked.equals(className)) {
      all.remove(className); // else it is going to use another variant than it asks for
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
    List<String> all = classes.inPackage(inPackage);
    int at = Math.max(0, all.indexOf(className));
    return all.subList(
        // in the order of the jar
        Math.max(0, at - NEIGHBOURS), Math.min(all.size(), at + NEIGHBOURS));
  }

  /** Sends classes along with an answer, and notes them for the function that the child runs. */
  private List<Packed> sendAlong(ContextRecord child, Map<String, String> all, long maxBytes) {
    SentClasses sent = child.sentClasses();
    String function = child.lastCalled;
    sent.lock();
    try {
      learnResources(function, all.keySet());
      List<Packed> packed = send(child, all, maxBytes, 0);
      if (function != null) {
        for (Packed p : packed) {
          for (String name : p.classes) {
            sent.askedFor.put(ResourceKey.classOf(name), function);
          }
        }
      }
      return packed;
    } finally {
      sent.unlock();
    }
  }

  /** Resources that go along with classes go to later children, too. */
  private void learnResources(String function, Collection<String> names) {
    for (String name : names) {
      if (function != null && ResourceKey.isResource(name)) {
        history.asked(function, name);
      }
    }
  }

  private static long shift(long n, int left) {
    return left < 0 ? n >> -left : n << left;
  }

  /**
   * Sends the classes that a resource names before the resource. For a list of services also what
   * these classes need, since the reader will create objects of them; for other resources the
   * classes alone, since the reader may never load them.
   */
  List<Packed> sendNamed(ContextRecord child, String resource) {
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
                child.id, child.lastCalled, provider, AROUND_CLASSES, AROUND_NANOS / 10)) {
          all.put(name, "goes with " + resource.substring(1));
        }
      }
    }
    for (String name : searches.mentioned(child.id, child.lastCalled, named, why)) {
      all.putIfAbsent(name, why);
    }
    return sendAlong(child, all, AROUND_BYTES << MAX_AROUND_SHIFT);
  }

  /** Sends a context below what came from above, as it came: classes, and blocks of them. */
  List<Packed> sendOn(int id, List<String> names) {
    List<Packed> all = new ArrayList<>();
    ContextRecord child = parent.known.get(id);
    for (String name : names) {
      byte[] bytes = classes.here(name);
      if (child != null && bytes != null && bytes.length > 0) {
        Packed packed =
            ClassBlocks.isBlock(bytes)
                ? Packed.block(
                    bytes,
                    Arrays.asList(ClassBlocks.names(bytes, context.router.classes.dictionary)))
                : Packed.single(name, bytes);
        all.add(packed);
        child.sentClasses().lock();
        try {
          if (child.sentClasses().sent.addAll(packed.classes)) { // names as they travel
            push(child, packed, Collections.singletonMap(name, ASKED_FOR), 0);
          }
        } finally {
          child.sentClasses().unlock();
        }
      }
    }
    return all;
  }

  // ---- what is learned

  /** A function has answered: its context is to be asked which classes it loaded. */
  public void answered(int id, String function) {
    ContextRecord child = parent.known.get(id);
    if (child == null || child.sentClasses().running.isEmpty()) {
      return;
    }
    Set<String> sent = child.sentClasses().running.remove(function);
    if (sent != null && child.sentClasses().answered(function, sent)) {
      try {
        parent.schedule(
            () -> new UsedClassesRequest(parent, child).send(), REPORT_MILLIS, MILLISECONDS);
      } catch (DeadException | RejectedExecutionException closed) {
        // then nothing is learned
      }
    }
  }

  /**
   * Has a context become whole before it takes the call that follows: the kernel image alone knows
   * nothing of packages, resources and logs. The message cancels a call that there is not, and
   * waits there for what can do that; calls wait behind it.
   */
  private void awaken(ContextRecord child) {
    child.begin();
    if (child.takeAwakening()) {
      Encoder e = new Encoder(parent.router, true);
      parent.router.send(child.id, Handle.CANCEL, NO_CALL, e, 0, false);
    }
  }
}
