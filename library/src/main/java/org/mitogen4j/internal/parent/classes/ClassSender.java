package org.mitogen4j.internal.parent.classes;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.RequiredClasses;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/** Sends classes ahead of what needs them, each once to each context. */
public final class ClassSender {
  /** Closures that are remembered; when there are more, all are forgotten. */
  private static final int MAX_CLOSURES = 1000;

  private static final String[] FOR_PARENTS = {
    ClassSource.JAR, ClassSource.LIST + "context", ClassSource.LIST + "codec"
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
   * @throws UnsupportedClassVersionError when the context's Java is too old for the function
   * @throws IllegalArgumentException when the function's class file is not to be had
   */
  public void sendFor(int id, ClassLoader loader, String function, Encoder message) {
    ContextRecord child = parent.known.get(id);
    if (child == null) {
      return;
    }
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
    synchronized (child.sentClasses().sent) {
      if (child.sentClasses().sent.add(className)) {
        byte[] packed = classes.packed(className);
        Link way = context.routing.way(child.id);
        if (packed != null && way != null) { // else it is gone
          if (packed.length > Header.MAX_PAYLOAD / 2) { // it goes in pieces, which take the rest
            sendBundle(child, "context");
          }
          classes.sending(className, child, why);
          context.routing.push(way, child.id, className, packed);
        }
      }
    }
  }

  private void sendBundle(ContextRecord child, String bundle) {
    synchronized (child.sentClasses().sent) {
      if (child.sentClasses().sent.add("bundle " + bundle)) {
        for (String name : classes.bundle(bundle)) {
          send(child, name, "of the library's bundle " + bundle);
        }
        if (bundle.equals("parent")) { // it will want these to start children
          for (String name : FOR_PARENTS) {
            send(child, name, "for its children");
          }
        }
      }
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
                + " as a resource, as with classes made at run time, or java Prog.java before"
                + " Java 12");
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
    synchronized (
        child.sentClasses().sent) { // who needs the same meanwhile waits until all is sent
      if (closure.usesApi) {
        sendBundle(child, "context");
        sendBundle(child, "parent");
        sendBundle(child, "api");
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
    }
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
