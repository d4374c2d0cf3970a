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
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.LinkView;
import org.mitogen4j.internal.context.classes.ClassBlocks;
import org.mitogen4j.internal.context.classes.ResourceKey;
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

  static final String ASKED_FOR = "asked for";

  /**
   * The packed bytes of one step when many classes are sent bit by bit: less than a block has, but
   * more than hundreds of absent names.
   */
  private static final long STEP_BYTES = 10_000;

  /**
   * The most classes that are sent one by one to a child that has the kernel only: taken out of the
   * blocks in which they came here. For more of them the child is sent the blocks, and the {@code
   * program} bundle, which unpacks blocks.
   */
  private static final int MOST_ALONE = 5;

  private final Parent parent;
  private final ContextRuntime context;
  private final ClassSource classes;
  private final BundleSender bundles;
  private final AbsenceSender absences;

  ClassPusher(Parent parent, BundleSender bundles, AbsenceSender absences) {
    this.parent = parent;
    this.bundles = bundles;
    this.absences = absences;
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
        // these make the context that can take descriptions
        || inPackage.startsWith(ResourceKey.INTERNAL)
        || classes.isLibrary(className)
        || child.sentClasses().sent(inPackage)
        || !bundles.wasSent(child, Parent.RESOURCES)
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
    Set<String> packages = packagesToSend(child, way, all);
    boolean isSent =
        all.size() > 1
            && context.classRelay.pushSent(way, child.id, withNames(packages, all), flags);
    if (isSent) {
      noteNamed(child, way, packages, all, reasons);
    }
    return isSent;
  }

  /** Sends a context further down classes that the next context keeps: their names only. */
  private void pushKept(
      ContextRecord child, Link way, List<Packed> kept, Map<String, String> reasons, int flags) {
    if (!kept.isEmpty()) {
      bundles.send(child, Parent.RESOURCES); // it reports which it loads, as of those in blocks
      Set<String> packages = packagesToSend(child, way, kept);
      context.classRelay.pushNames(child.id, withNames(packages, kept), flags);
      noteSent(child, kept);
      noteNamed(child, way, packages, kept, reasons);
    }
  }

  /** The packages of classes of which the next context has the description, but not the child. */
  private Set<String> packagesToSend(ContextRecord child, Link way, List<Packed> all) {
    Set<String> packages = new LinkedHashSet<>();
    if (!bundles.wasSent(child, Parent.RESOURCES)) {
      return packages; // it has no use for them
    }
    for (Packed packed : all) {
      for (String name : packed.classes) {
        String inPackage = ResourceKey.packageOf(ResourceKey.classOf(name));
        if (!child.sentClasses().sent.contains(inPackage) && way.sent.contains(inPackage)) {
          packages.add(inPackage);
        }
      }
    }
    return packages;
  }

  private static Set<String> withNames(Set<String> packages, List<Packed> all) {
    Set<String> names = new LinkedHashSet<>(packages); // ahead of their classes
    all.forEach(packed -> names.add(packed.name));
    return names;
  }

  private void noteNamed(
      ContextRecord child,
      Link way,
      Set<String> packages,
      List<Packed> all,
      Map<String, String> reasons) {
    child.sentClasses().sent.addAll(packages);
    TransferListener listener = parent.transfers;
    for (Packed packed : all) {
      note(child, way, packed, reasons);
      if (listener != null) {
        listener.sent(child.id, packed.classes.size(), packed.bytes.length, System.nanoTime());
      }
    }
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
      if (!sent.contains(BundleSender.PREFIX + Parent.RESOURCES)) {
        missing.removeIf(ResourceKey::isResource); // the child can't use them yet
      }
      List<Packed> told = new ArrayList<>();
      List<Packed> all = new ArrayList<>();
      List<String> ordinary = new ArrayList<>();
      long left = maxBytes;
      Link way = context.routing.way(child.id);
      boolean direct = way == null || way.peer == child.id;
      boolean alone = direct && !child.isBegun() && missing.size() <= MOST_ALONE;
      for (String name : missing) {
        if (ResourceKey.isAbsence(name)) {
          Packed absence = left > 0 ? absences.tell(child, name, names.get(name), seen) : null;
          if (absence != null) {
            told.add(absence);
            left -= absence.bytes.length;
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
        notePassed(child, way, ordinary, names);
        all.addAll(classes.pack(ordinary, left));
        push(child, all, names, flags);
      } else {
        hop.sentClasses().lock(); // so that each class passes the hop once
        try {
          all.addAll(takeAgain(hop.sentClasses().passed, ordinary));
          // few ones are less than the blocks with them that the hop would send
          boolean areMany = ordinary.size() > MOST_ALONE;
          List<Packed> kept =
              areMany && isWritten(way) ? takeKept(hop, ordinary) : new ArrayList<>();
          pushKept(child, way, kept, names, flags);
          List<Packed> packed = classes.pack(ordinary, left);
          all.addAll(packed);
          push(child, all, names, flags);
          for (Packed p : packed) { // only now: a call that is interrupted sends only some
            for (String name : p.classes) {
              hop.sentClasses().passed.put(name, p);
            }
          }
          all.addAll(kept);
        } finally {
          hop.sentClasses().unlock();
        }
      }
      if (maxBytes == Long.MAX_VALUE) {
        missing.removeIf(ResourceKey::isAbsence);
        sent.addAll(missing); // also absent ones: they are not looked for again
      }
      all.addAll(told);
      return all;
    } finally {
      child.sentClasses().unlock();
    }
  }

  /** As {@link #send(ContextRecord, Map, long, int)}, for the first {@link #STEP_BYTES}. */
  List<Packed> sendStep(ContextRecord child, Map<String, String> names, int flags) {
    return send(child, names, STEP_BYTES, flags);
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

  /**
   * Finds the classes that the next context has for itself, in the same variant.
   *
   * @param names the classes; those that are found are removed
   * @return them without bytes
   */
  private List<Packed> takeKept(ContextRecord hop, List<String> names) {
    Set<String> kept = new LinkedHashSet<>();
    for (String travels : names) {
      String name = ResourceKey.classOf(travels);
      if (hop.sentClasses().sent.contains(name) && travels.equals(classes.toSend(name, hop))) {
        kept.add(travels);
      }
    }
    return takeWithoutBytes(names, kept);
  }

  /** Whether all was written that is to be sent, so that nothing overtakes it. */
  private static boolean isWritten(Link way) {
    return way.pending() == 0;
  }

  private static List<Packed> takeWithoutBytes(List<String> names, Set<String> taken) {
    names.removeAll(taken);
    List<Packed> all = new ArrayList<>();
    taken.forEach(name -> all.add(Packed.single(name, Message.EMPTY)));
    return all;
  }

  /**
   * Notes that a direct child has classes that were sent by way of it to contexts below.
   *
   * @param names the classes; those that it has are removed
   */
  private void notePassed(
      ContextRecord child, Link way, List<String> names, Map<String, String> reasons) {
    Map<String, Packed> known = child.sentClasses().passed;
    if (known.isEmpty() || way == null || !isWritten(way)) {
      return;
    }
    Set<String> passed = new LinkedHashSet<>(names);
    passed.retainAll(known.keySet());
    List<Packed> has = takeWithoutBytes(names, passed);
    noteSent(child, has);
    for (Packed packed : has) {
      if (known.get(packed.name).isBlock()) {
        child.sentClasses().reportable.add(ResourceKey.classOf(packed.name));
      }
      note(child, way, packed, reasons);
    }
  }

  private static void noteSent(ContextRecord child, List<Packed> all) {
    for (Packed packed : all) {
      for (String name : packed.classes) {
        boolean isResource = ResourceKey.isResource(name);
        child.sentClasses().sent.add(isResource ? name : ResourceKey.classOf(name));
      }
    }
  }

  private void push(ContextRecord child, List<Packed> all, Map<String, String> reasons, int flags) {
    Link way = context.routing.way(child.id);
    if (all.stream().anyMatch(Packed::isBlock)) {
      bundles.send(child, Parent.PROGRAM); // it can unpack blocks
    }
    boolean isSent = way != null && pushNames(child, way, all, reasons, flags);
    noteSent(child, all);
    if (!isSent) {
      for (Packed packed : all) {
        push(child, packed, reasons, flags);
      }
    }
  }

  /** Counts and logs what is sent, and sends what is known of its packages. */
  private void note(ContextRecord child, Link way, Packed packed, Map<String, String> reasons) {
    if (!classes.isLibrary(packed.name) && !LibraryNames.isLibrary(packed.name)) {
      child.sentClasses().countBytes(packed.name, packed.bytes.length);
    }
    if (packed.isBlock()
        || child.sentClasses().sent.contains(BundleSender.PREFIX + Parent.RESOURCES)) {
      for (String name : packed.classes) {
        if (!classes.isLibrary(name)) {
          child.sentClasses().reportable.add(ResourceKey.classOf(name));
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
      bundles.send(child, Parent.PROGRAM); // it can take blocks
    }
    if (!packed.isBlock() && packed.bytes.length > Header.MAX_PAYLOAD / 2) {
      bundles.send(child, Parent.CONTEXT); // it can put the pieces of a long message together
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
