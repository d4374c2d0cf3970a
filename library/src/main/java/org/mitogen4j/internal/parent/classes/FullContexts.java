package org.mitogen4j.internal.parent.classes;

import java.util.Collection;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.Credits;
import org.mitogen4j.internal.context.functions.FunctionName;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;

/** Has contexts below become full ones as soon as what they are sent needs that. Thread safe. */
public final class FullContexts {
  /** No call has this handle for its answer. */
  private static final long NO_CALL = -1;

  /**
   * The most bytes of messages that are sent to a context that may have the kernel only. The kernel
   * runs calls, but gives no credit back for them: more calls would use up their sender's credit
   * for good.
   */
  private static final long MAX_UNPAID = Credits.WINDOW / 4;

  /** The most messages of this kind: the kernel runs each call on a thread of its own. */
  private static final int MAX_EARLY_CALLS = 32;

  private final Parent parent;
  private final BundleSender bundles;

  FullContexts(Parent parent, BundleSender bundles) {
    this.parent = parent;
    this.bundles = bundles;
  }

  /**
   * Prepares a context below for a message; to be called before each message is sent to it. If the
   * message is one that the kernel can't take, the {@code context} bundle is sent first. If the
   * context has been sent as many calls as one with the kernel may be, it becomes a full context
   * before it takes this one.
   *
   * @param simple whether the message is a call that fits a frame, which the kernel can take
   * @param size of the message, in bytes
   * @return whether the sender needs credit for the message: not for a first call that the kernel
   *     takes, since the kernel gives none back
   */
  public boolean prepare(int id, boolean simple, long size) {
    ContextRecord child = parent.known.get(id);
    if (child == null) {
      return true;
    }
    boolean isFirst = child.takeFirst() && simple;
    if (!isFirst) {
      child.begin();
    }
    if (!simple) {
      bundles.send(child, Parent.CONTEXT);
    }
    long cost = Math.max(Credits.cost(size), MAX_UNPAID / MAX_EARLY_CALLS);
    if (!child.isAwakened() && child.countUnpaid(cost) > MAX_UNPAID) {
      awaken(child);
    }
    return !isFirst;
  }

  /** Sends a context below the {@code context} bundle, for a message that needs no credit. */
  public void prepare(int id) {
    prepare(id, false, 0);
  }

  /** Has a context become a full one on a thread of its own; its calls do not wait for that. */
  public void start(int id) {
    prepare(id);
    Encoder e = new Encoder(parent.router, true);
    e.text(ContextRuntime.class.getName() + ";start;()V");
    e.all(new Object[0]);
    parent.router.send(id, Handle.CALL, 0, e, 0, false);
  }

  /** Has a child prepare its process for a function that ends it, or reads its environment. */
  void prepareProcess(ContextRecord child, FunctionName function, Collection<String> names) {
    if (child.isAwakened()) {
      return;
    }
    // a function of the JDK can be any, and a main method is not looked into
    boolean mayEnd = function.className.startsWith("java.") || function.method.equals("main");
    ProcessUse use = mayEnd ? ProcessUse.ENDS : parent.classes.processUse(names);
    if (use == ProcessUse.ENDS) {
      bundles.send(child, Parent.CONTEXT);
      awaken(child);
    } else if (use == ProcessUse.ENVIRONMENT) {
      bundles.openProgram(child);
    }
  }

  /**
   * Has a context become a full one before it takes the call that is sent next. The means is a
   * message which cancels a call that does not exist: the kernel can't take it, so the context
   * makes itself a full one first, and the call waits behind that message ({@code EarlyFrames}).
   */
  void awaken(ContextRecord child) {
    child.begin();
    if (child.takeAwakening()) {
      Encoder e = new Encoder(parent.router, true);
      parent.router.send(child.id, Handle.CANCEL, NO_CALL, e, 0, false);
    }
  }
}
