package org.mitogen4j.internal.parent.classes;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.mitogen4j.MitogenException;
import org.mitogen4j.StartException;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/** Sends contexts the bundles of the library's classes, each once, and what they need at first. */
final class BundleSender {
  /** The prefix of a bundle's name in {@link SentClasses#sent}. */
  static final String PREFIX = "bundle ";

  private static final String OF_CONTEXTS = ResourceKey.INTERNAL + "context.";

  /** In {@link SentClasses#sent}: the context was told to make its access to the program. */
  private static final String OPENED = PREFIX + "opened";

  private static final String[] FOR_PARENTS = {
    ClassSource.JAR,
    ClassSource.LIST + Parent.PROGRAM,
    ClassSource.LIST + Parent.CONTEXT,
    ClassSource.LIST + "codec",
    ClassSource.LIST + Parent.RESOURCES,
    MitogenException.class.getName(), // these are loaded with what starts children
    StartException.class.getName(),
    StartException.Reason.class.getName()
  };

  private final Parent parent;
  private final ContextRuntime context;
  private final ClassSource classes;

  BundleSender(Parent parent) {
    this.parent = parent;
    context = parent.context;
    classes = parent.classes;
  }

  /** Whether a bundle was sent. */
  boolean wasSent(ContextRecord child, String bundle) {
    return child.sentClasses().sent(PREFIX + bundle);
  }

  /** Sends a bundle. */
  void send(ContextRecord child, String bundle) {
    Set<String> sent = child.sentClasses().sent;
    child.sentClasses().lock();
    boolean isWhole = false;
    try {
      if (sent.add(PREFIX + bundle)) {
        child.begin(); // from now on it may be a full context when it runs a call
        if (bundle.equals(Parent.CONTEXT) || bundle.equals(Parent.RESOURCES)) {
          send(child, Parent.PROGRAM); // these use it
        }
        send(child, classes.bundle(bundle), "of the library's bundle " + bundle);
        if (bundle.equals(Parent.RESOURCES)) {
          sent.add(OPENED);
          sendNoBlock(child); // also has it load these classes ahead
        }
        if (bundle.equals(Parent.PART)) { // it will want these to start children
          send(child, Arrays.asList(FOR_PARENTS), "for its children");
        }
      }
      isWhole = true;
    } finally {
      if (!isWhole) { // the call's timeout was over half way: the next call sends the rest
        sent.remove(PREFIX + bundle);
      }
      child.sentClasses().unlock();
    }
  }

  /** Sends classes of the library: by their names only where the next context has them all. */
  private void send(ContextRecord child, Iterable<String> names, String why) {
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
      missing.forEach(name -> parent.sender.pusher.send(child, name, why));
    }
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
      send(child, bundle);
    }
    return bundle != null;
  }

  /** The bundle in which a class of the library is; null for none. */
  String bundleOf(String className) {
    if (!className.startsWith(ResourceKey.LIBRARY)) {
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

  /** Has a context make its access to the program before the next call, by an empty block. */
  void openProgram(ContextRecord child) {
    child.sentClasses().lock();
    try {
      send(child, Parent.PROGRAM);
      if (child.sentClasses().sent.add(OPENED)) {
        sendNoBlock(child);
      }
    } finally {
      child.sentClasses().unlock();
    }
  }

  private void sendNoBlock(ContextRecord child) {
    Encoder e = new Encoder(context.router, true);
    e.text("");
    e.bytes(Message.EMPTY);
    context.router.send(child.id, Handle.BLOCK, 0, e, 0, false);
  }

  /** Sends the classes that log; a direct child of the master also gets the loggers' levels. */
  void sendLogging(ContextRecord child) {
    send(child, Parent.LOGGING);
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
}
