package org.mitogen4j.internal.parent.classes;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.RequiredClasses;
import org.mitogen4j.internal.context.ResourceKey;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/** Sends classes ahead of what needs them, each once to each context. */
public final class ClassSender {
  /** Closures that are remembered; when there are more, all are forgotten. */
  private static final int MAX_CLOSURES = 1000;

  /** The answer to where a resource is that is nowhere: no places, as it travels. */
  private static final byte[] NOTHING = {0, 0, 0, 2, 99, 96, 0, 0};

  /** No call replies there. */
  private static final long NO_CALL = -1;

  /** What stands before a bundle's name among the names of classes that were sent. */
  private static final String BUNDLE = "bundle ";

  private static final String[] FOR_PARENTS = {
    ClassSource.JAR,
    ClassSource.LIST + "context",
    ClassSource.LIST + "codec",
    ClassSource.LIST + Parent.RESOURCES
  };

  private final Parent parent;
  private final ContextRuntime context;
  private final ClassSource classes;
  private final Map<String, CallDependencies.Result> closures = new ConcurrentHashMap<>();
  final RequestedClassHistory learned = new RequestedClassHistory();

  public ClassSender(Parent parent) {
    this.parent = parent;
    context = parent.context;
    classes = parent.classes;
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
    for (ClassLoader used : RequiredClasses.loaders(message)) {
      classes.add(used);
    }
    if (loader != null) {
      classes.add(loader);
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
    child.sentClasses().lock();
    try {
      if (child.sentClasses().sent.add(className)) {
        byte[] packed = classes.packed(classes.toSend(className, child));
        if (packed == null && ResourceKey.isResource(className)) {
          packed = NOTHING; // and it need not ask
        }
        Link way = context.routing.way(child.id);
        if (packed != null && way != null) { // else it is gone
          if (packed.length > Header.MAX_PAYLOAD / 2) { // it goes in pieces, which take the rest
            sendBundle(child, "context");
          }
          sendPackage(child, className);
          classes.sending(className, child, why);
          context.routing.push(way, child.id, classes.toSend(className, child), packed);
        }
      }
    } finally {
      child.sentClasses().unlock();
    }
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
          context.routing.push(way, child.id, inPackage, packed);
        }
      }
    } finally {
      child.sentClasses().unlock();
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
    String root = function.substring(0, function.indexOf('#'));
    CallDependencies.Result closure = closure(function, values, call);
    if (closure.missing || closure.classes.containsKey(root)) {
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
    send(child, root, closure, learned.of(function));
    child.sentClasses().called.add(call);
  }

  /** Sends what values need that are no call's. */
  private void sendFor(ContextRecord child, Collection<String> values) {
    String message = values.toString();
    if (!child.sentClasses().called.contains(message)) {
      send(child, null, closure(null, values, message), Collections.emptyList());
      child.sentClasses().called.add(message);
    }
  }

  private void send(
      ContextRecord child, String root, CallDependencies.Result closure, List<String> also) {
    child.sentClasses().lock(); // who needs the same meanwhile waits until all is sent
    try {
      if (closure.usesApi) {
        sendBundle(child, "context");
        sendBundle(child, "parent");
        sendBundle(child, "api");
      }
      if (classes.usesResources(closure.classes.keySet())) {
        sendBundle(child, "context");
        sendBundle(child, Parent.RESOURCES);
        child.begin();
        if (child.takeAwakening()) {
          awaken(child.id);
        }
      }
      if (closure.missing && root != null) {
        send(child, root, "called"); // this JVM may be too old to look into it
      }
      for (Map.Entry<String, String> e : closure.classes.entrySet()) {
        send(child, e.getKey(), e.getValue());
      }
      for (String name : also) {
        send(child, name, "earlier children asked for it");
      }
      if (closure.cut) {
        classes.sending(root, child, "and more than " + closure.classes.size() + " that it needs");
      }
    } finally {
      child.sentClasses().unlock();
    }
  }

  /**
   * Has a context become whole before it takes the call that follows: the kernel image alone knows
   * nothing of packages and resources. The message cancels a call that there is not, and waits
   * there for what can do that; calls wait behind it.
   */
  private void awaken(int id) {
    Encoder e = new Encoder(parent.router, true);
    parent.router.send(id, Handle.CANCEL, NO_CALL, e, 0, false);
  }

  private CallDependencies.Result closure(String function, Collection<String> values, String call) {
    CallDependencies.Result closure = closures.get(call);
    if (closure == null) {
      closure = CallDependencies.of(classes, function, values);
      if (closures.size() >= MAX_CLOSURES) {
        closures.clear();
      }
      if (!closure.missing) {
        closures.put(call, closure);
      }
    }
    return closure;
  }
}
