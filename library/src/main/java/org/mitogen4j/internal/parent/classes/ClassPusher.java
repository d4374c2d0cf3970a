package org.mitogen4j.internal.parent.classes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.LinkView;
import org.mitogen4j.internal.context.classes.ClassBlocks;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.program.ProgramSource;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.TransferListener;

/**
 * Sends classes and resources to contexts without being asked, each once: in blocks, with the
 * description of their packages. They arrive before whatever is sent to the context next.
 */
final class ClassPusher {
  private static final byte[] NOTHING = ResourceKey.nowhere();

  private static final String INTERNAL = "org.mitogen4j.internal.";

  /** The prefix of a bundle's name in {@link SentClasses#sent}. */
  private static final String BUNDLE = "bundle ";

  private static final String LIBRARY = "org.mitogen4j.";
  private static final String OF_CONTEXTS = INTERNAL + "context.";

  /** Among the names that were sent: the access to the program was made. */
  private static final String OPENED = BUNDLE + "opened";

  static final String ASKED_FOR = "asked for";

  /**
   * The packed bytes of one step when many classes are sent bit by bit: less than a block has, but
   * more than hundreds of absent names.
   */
  static final long STEP_BYTES = 10_000;

  /**
   * The most classes that are sent to a child that is no full context without sending it the
   * bundles of a parent.
   */
  private static final int MOST_ALONE = 5;

  private static final String[] FOR_PARENTS = {
    ClassSource.JAR,
    ClassSource.LIST + Parent.PROGRAM,
    ClassSource.LIST + Parent.CONTEXT,
    ClassSource.LIST + "codec",
    ClassSource.LIST + Parent.RESOURCES
  };

  private final Parent parent;
  private final ContextRuntime context;
  private final ClassSource classes;

  ClassPusher(Parent parent) {
    this.parent = parent;
    context = parent.context;
    classes = parent.classes;
  }

  /** Sends a class unless it was sent before or is absent. */
  void send(ContextRecord child, String className, String why) {
    send(child, Collections.singletonMap(className, why), Long.MAX_VALUE, 0);
  }

  /**
   * Sends the description of a class's package ahead of it, if it is known here: for classes of
   * jars, and for all classes if the context is known to look for resources.
   */
  void sendPackage(ContextRecord child, String className) {
    String inPackage = ResourceKey.packageOf(className);
    if (inPackage.equals(className)
        || ResourceKey.isResource(className)
        || inPackage.startsWith(INTERNAL) // its classes make the context that knows packages
        || classes.isLibrary(className)
        || child.sentClasses().sent(inPackage)
        || !child.sentClasses().sent(BUNDLE + Parent.RESOURCES)
            && !classes.usesResources(Collections.singleton(className))) {
      return;
    }
    child.sentClasses().lock();
    try {
      byte[] packed = classes.here(inPackage);
      Link way = context.routing.way(child.id);
      if (packed != null
          && packed.length > 0
          && way != null
          && child.sentClasses().sent.add(inPackage)) {
        context.classRelay.push(way, child.id, inPackage, packed, 0);
      }
    } finally {
      child.sentClasses().unlock();
    }
  }

  /**
   * Sends a context further down what other contexts behind the next one were sent before: by one
   * message with the names only.
   *
   * @return whether it did; if not, nothing was sent
   */
  private boolean pushNames(
      ContextRecord child, Link way, List<Packed> all, Map<String, String> reasons, int flags) {
    Set<String> names = new LinkedHashSet<>();
    Set<String> packages = new LinkedHashSet<>();
    for (Packed packed : all) {
      for (String name : packed.classes) {
        String inPackage = ResourceKey.packageOf(ResourceKey.classOf(name));
        if (!child.sentClasses().sent.contains(inPackage) && way.sent.contains(inPackage)) {
          names.add(inPackage); // ahead of its classes
          packages.add(inPackage);
        }
      }
      names.add(packed.name);
    }
    if (all.size() < 2 || !context.classRelay.pushSent(way, child.id, names, flags)) {
      return false;
    }
    child.sentClasses().sent.addAll(packages);
    TransferListener listener = parent.transfers;
    for (Packed packed : all) {
      note(child, way, packed, reasons);
      if (listener != null) {
        listener.sent(child.id, packed.classes.size(), packed.bytes.length, System.nanoTime());
      }
    }
    return true;
  }

  /**
   * Sends the classes and resources that were not sent before.
   *
   * @param names each with the reason for it, the most likely first
   * @param maxBytes the packed bytes at which no further class is sent
   * @return what was sent
   */
  List<Packed> send(ContextRecord child, Map<String, String> names, long maxBytes, int flags) {
    Set<String> sent = child.sentClasses().sent;
    child.sentClasses().lock();
    try {
      int seen = parent.server.absences.changes();
      List<String> missing = new ArrayList<>(names.keySet());
      removeSent(child, missing);
      if (!sent.contains(BUNDLE + Parent.RESOURCES)) {
        missing.removeIf(ResourceKey::isResource); // the child can't use them yet
      }
      List<Packed> absences = new ArrayList<>();
      List<Packed> all = new ArrayList<>();
      List<String> ordinary = new ArrayList<>();
      long left = maxBytes;
      Link way = context.routing.way(child.id);
      boolean direct = way == null || way.peer == child.id;
      boolean alone = direct && !child.isBegun() && missing.size() <= MOST_ALONE;
      for (String name : missing) {
        if (ResourceKey.isAbsence(name)) {
          Packed told = left > 0 ? tellAbsent(child, name, names.get(name), seen) : null;
          if (told != null) {
            absences.add(told);
            left -= told.bytes.length;
          }
          continue;
        }
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
        byte[] bytes = packed(travels);
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
        hop.sentClasses().lock(); // so that each class passes the hop once
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
        missing.removeIf(ResourceKey::isAbsence);
        sent.addAll(missing); // also absent ones: they are not looked for again
      }
      all.addAll(absences);
      return all;
    } finally {
      child.sentClasses().unlock();
    }
  }

  /** Removes what a child was sent or told from names. The caller holds the child's lock. */
  void removeSent(ContextRecord child, Collection<String> names) {
    names.removeAll(child.sentClasses().sent);
    Link way = context.routing.way(child.id);
    names.removeIf(
        name ->
            way != null
                && ResourceKey.isAbsence(name)
                && parent.server.absences.wasTold(way, child.id, name));
  }

  /** The packed class of the library, or the answer for a resource; null for nothing. */
  private byte[] packed(String name) {
    byte[] bytes = classes.packed(name);
    // an empty answer, so that the child need not ask where it is
    boolean finds = ResourceKey.isResource(name) && !ResourceKey.isContent(name);
    return bytes == null && finds ? NOTHING : bytes;
  }

  /**
   * Tells a child of an absent class, or of all names that there are.
   *
   * @param seen the number of changes of {@link AbsentClasses} before
   * @return what was sent; null for nothing
   */
  private Packed tellAbsent(ContextRecord child, String key, String why, int seen) {
    String className = ResourceKey.classOfAbsent(key);
    byte[] bytes = className == null ? classes.here(ResourceKey.NAMES) : NOTHING;
    Link way = context.routing.way(child.id);
    if (className != null && classes.classFile(className) != null) {
      child.sentClasses().sent.add(key); // the class exists by now: it is not looked for again
      return null;
    } else if (way == null || bytes == null || bytes.length == 0) {
      return null;
    }
    TransferListener listener = parent.transfers;
    long begun = listener == null ? 0 : System.nanoTime();
    if (bytes.length > Header.MAX_PAYLOAD / 2) {
      sendBundle(child, Parent.CONTEXT); // it can put the pieces of a long message together
    }
    if (!parent.server.absences.tell(way, child.id, key, bytes, seen)) {
      return null;
    }
    Packed packed = Packed.single(key, bytes);
    child.sentClasses().countBytes(key, bytes.length);
    classes.sending(
        key, child, why, packed, way.peer == child.id ? null : parent.known.get(way.peer));
    if (listener != null) {
      listener.sent(child.id, 1, bytes.length, begun);
    }
    return packed;
  }

  /**
   * Sends all names of the program to a context that asked for an absent one, once; only if they
   * are known here, and the context or one below it has the library's classes that use them.
   */
  void sendNames(int id) {
    int seen = parent.server.absences.changes();
    ContextRecord child = parent.known.get(id);
    Link way = context.routing.way(id);
    if (child != null
        && way != null
        && way.sent.contains(ProgramSource.PROGRAM_LOADER)
        && !parent.server.absences.wasTold(way, id, ResourceKey.NAMES)) {
      tellAbsent(child, ResourceKey.NAMES, "it asks for what is not", seen);
    }
  }

  /**
   * Finds the blocks in which classes were sent over the first link before.
   *
   * @param names the classes; those that are found are removed
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
    Link way = context.routing.way(child.id);
    if (all.stream().anyMatch(Packed::isBlock)) {
      sendBundle(child, Parent.PROGRAM); // it can unpack blocks
    }
    boolean isSent = way != null && pushNames(child, way, all, reasons, flags);
    for (Packed packed : all) {
      for (String name : packed.classes) {
        child
            .sentClasses()
            .sent
            .add(ResourceKey.isResource(name) ? name : ResourceKey.classOf(name));
      }
      if (!isSent) {
        push(child, packed, reasons, flags);
      }
    }
  }

  /** Counts and logs what is sent, and sends what is known of its packages. */
  private void note(ContextRecord child, Link way, Packed packed, Map<String, String> reasons) {
    if (!classes.isLibrary(packed.name) && !LibraryNames.isLibrary(packed.name)) {
      child.sentClasses().countBytes(packed.name, packed.bytes.length);
    }
    if (packed.isBlock() || child.sentClasses().sent.contains(BUNDLE + Parent.RESOURCES)) {
      for (String name : packed.classes) {
        if (!classes.isLibrary(name)) {
          child.sentClasses().isTold.add(ResourceKey.classOf(name));
        }
      }
    }
    ContextRecord hop = parent.known.get(way.peer);
    for (String travels : packed.classes) {
      String name = ResourceKey.isResource(travels) ? travels : ResourceKey.classOf(travels);
      sendPackage(child, name);
      if (!ResourceKey.isResource(name) && !classes.isLibrary(name)) {
        parent.server.absences.exists(name);
      }
      String why = reasons.get(name);
      why = why == null ? "in the same block" : why;
      classes.sending(name, child, why, packed, way.peer == child.id ? null : hop);
    }
  }

  private void push(ContextRecord child, Packed whole, Map<String, String> reasons, int flags) {
    Link way = context.routing.way(child.id);
    if (way == null) {
      return; // it is gone
    }
    String identity = identity(way, child, whole);
    boolean isKnown = identity != null && child.sentClasses().contents(context).contains(identity);
    Packed packed = isKnown ? Packed.single(whole.name, Message.EMPTY) : whole;
    if (packed.isBlock() || flags == Header.BULK) {
      sendBundle(child, Parent.PROGRAM); // it can take blocks
    }
    if (!packed.isBlock() && packed.bytes.length > Header.MAX_PAYLOAD / 2) {
      sendBundle(child, Parent.CONTEXT); // it can put the pieces of a long message together
    }
    note(child, way, packed, reasons);
    boolean pieces = packed.bytes.length > Header.MAX_PAYLOAD / 2 && !packed.isBlock();
    TransferListener listener = parent.transfers;
    long begun = listener == null ? 0 : System.nanoTime();
    boolean went =
        identity == null
            ? context.classRelay.push(way, child.id, packed.name, packed.bytes, pieces ? 0 : flags)
            : pushContent(way, child, packed, identity);
    if (went && !reasons.containsValue(ASKED_FOR)) { // else it has just come for an answer
      LinkView.countServed(context, way, packed.bytes.length);
    }
    if (listener != null) {
      listener.sent(child.id, packed.classes.size(), packed.bytes.length, begun);
    }
  }

  /**
   * The identity of content of a file, which is sent along if the content takes several frames: a
   * context that can put these together is a full one. Null for all else, and for a context further
   * down: those between pass such content on as it is.
   */
  private String identity(Link way, ContextRecord child, Packed packed) {
    return ResourceKey.isContent(packed.name)
            && packed.bytes.length > Header.MAX_PAYLOAD
            && way.peer == child.id
            && !way.sent.contains(packed.name)
        ? classes.identity(packed.name, packed.bytes)
        : null;
  }

  /**
   * Sends content of a file with its identity.
   *
   * @param packed has no bytes if equal content went to the context before
   * @return whether it has bytes
   */
  private boolean pushContent(Link way, ContextRecord child, Packed packed, String identity) {
    Encoder e = new Encoder(context.router, true);
    e.text(packed.name);
    e.bytes(packed.bytes);
    e.text(identity);
    context.router.send(child.id, Handle.PUSH, 0, e, Header.BULK, true);
    way.sent.add(packed.name);
    if (packed.bytes.length > 0) {
      // only now: what refers to it is sent behind it
      child.sentClasses().contents(context).add(identity, packed.bytes.length);
    }
    return packed.bytes.length > 0;
  }

  /**
   * Sends a direct child the next classes of jars that a function uses.
   *
   * @param flags {@link Header#BULK} for what other messages overtake
   * @return what was sent; null if there is no more
   */
  ClassBatch send(ContextRecord child, String function, ClassBatches from, int flags) {
    String why = "in a jar that " + function + " uses";
    Link way = context.routing.way(child.id);
    SentClasses sentClasses = child.sentClasses();
    long begun = System.nanoTime();
    sentClasses.lock();
    try {
      ClassBatch batch = new ClassBatch(new Encoder(context.router, true));
      from.fill(batch, name -> !sentClasses.sent.contains(name));
      if (batch.isEmpty() || way == null) {
        return null;
      }
      sentClasses.noteInJars(batch.names()); // before they are sent: it may report them at once
      sentClasses.noteInJars(batch.large());
      Map<String, String> large = new LinkedHashMap<>();
      batch.large().forEach(name -> large.put(name, why));
      send(child, large, Long.MAX_VALUE, flags);
      if (batch.names().isEmpty()) {
        return batch;
      }
      Set<String> packages = new LinkedHashSet<>();
      int bytes = batch.bytes();
      for (String name : batch.names()) {
        if (packages.add(ResourceKey.packageOf(name))) {
          sendPackage(child, name);
        }
        parent.server.absences.exists(name);
      }
      context.router.send(child.id, Handle.BLOCK, 0, batch.message(), flags, false);
      sentClasses.sent.addAll(batch.names());
      sentClasses.isTold.addAll(batch.names());
      sentClasses.countBytes(batch.names().get(0), bytes);
      classes.sending(batch, child, why);
      TransferListener listener = parent.transfers;
      if (listener != null) {
        listener.sent(child.id, batch.names().size(), bytes, begun);
      }
      return batch;
    } finally {
      sentClasses.unlock();
    }
  }

  /** Sends a direct child of the master the levels of the loggers, once. */
  void sendLevels(ContextRecord child) {
    Supplier<byte[]> levels = parent.logLevels;
    Link way = context.routing.way(child.id);
    if (levels == null || way == null || way.peer != child.id) {
      return;
    }
    byte[] table = child.sentClasses().hasLevels ? null : levels.get();
    child.sentClasses().lock();
    try {
      if (table != null && !child.sentClasses().hasLevels) {
        child.sentClasses().hasLevels = true;
        context.classRelay.push(way, child.id, ResourceKey.LEVELS, table, 0);
      }
    } finally {
      child.sentClasses().unlock();
    }
  }

  /** Whether a bundle was sent. */
  boolean hasBundle(ContextRecord child, String bundle) {
    return child.sentClasses().sent(BUNDLE + bundle);
  }

  /**
   * Sends the bundle of a class that earlier children asked for: what came along with it was not
   * noted.
   *
   * @return whether it is a class of a bundle that only contexts use
   */
  boolean sendBundleOf(ContextRecord child, String className) {
    String bundle = className.startsWith(OF_CONTEXTS) ? bundleOf(className) : null;
    if (bundle != null) {
      sendBundle(child, bundle);
    }
    return bundle != null;
  }

  /** The bundle in which a class of the library is; null for none. */
  String bundleOf(String className) {
    if (!className.startsWith(LIBRARY)) {
      return null;
    }
    for (String bundle : Parent.BUNDLES) {
      for (String member : classes.bundle(bundle)) {
        if (member.equals(className)) {
          return bundle;
        }
      }
    }
    return null;
  }

  /** Sends a bundle of the library's classes. */
  void sendBundle(ContextRecord child, String bundle) {
    Set<String> sent = child.sentClasses().sent;
    child.sentClasses().lock();
    boolean isWhole = false;
    try {
      if (sent.add(BUNDLE + bundle)) {
        child.begin(); // from now on it may be a full context when it runs a call
        if (bundle.equals(Parent.CONTEXT) || bundle.equals(Parent.RESOURCES)) {
          sendBundle(child, Parent.PROGRAM); // these use it
        }
        sendLibrary(child, classes.bundle(bundle), "of the library's bundle " + bundle);
        if (bundle.equals(Parent.RESOURCES)) {
          openProgram(child);
        }
        if (bundle.equals("parent")) { // it will want these to start children
          sendLibrary(child, Arrays.asList(FOR_PARENTS), "for its children");
        }
      }
      isWhole = true;
    } finally {
      if (!isWhole) { // the call's timeout was over half way: the next call sends the rest
        sent.remove(BUNDLE + bundle);
      }
      child.sentClasses().unlock();
    }
  }

  /** Whether {@link #openProgram} was called. */
  boolean isOpened(ContextRecord child) {
    return child.sentClasses().sent(OPENED);
  }

  /** Has a context make its access to the program before the next call, by an empty block. */
  void openProgram(ContextRecord child) {
    child.sentClasses().lock();
    try {
      sendBundle(child, Parent.PROGRAM);
      if (child.sentClasses().sent.add(OPENED)) {
        Encoder e = new Encoder(context.router, true);
        e.text("");
        e.bytes(Message.EMPTY);
        context.router.send(child.id, Handle.BLOCK, 0, e, 0, false);
      }
    } finally {
      child.sentClasses().unlock();
    }
  }

  /** Sends classes of the library: by their names only where the next context has them all. */
  private void sendLibrary(ContextRecord child, Iterable<String> names, String why) {
    Set<String> missing = new LinkedHashSet<>();
    names.forEach(missing::add);
    missing.removeAll(child.sentClasses().sent);
    Link way = context.routing.way(child.id);
    if (way != null
        && missing.size() > 1
        && context.classRelay.pushSent(way, child.id, missing, 0)) {
      child.sentClasses().sent.addAll(missing);
      for (String name : missing) {
        Packed packed = Packed.single(name, classes.here(name));
        classes.sending(name, child, why, packed, parent.known.get(way.peer));
      }
    } else {
      missing.forEach(name -> send(child, name, why));
    }
  }

  /** Passes classes and blocks from the parent on to a context below, unchanged. */
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
}
