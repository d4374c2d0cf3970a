package org.mitogen4j;

import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.Credit;
import org.mitogen4j.internal.context.Credits;
import org.mitogen4j.internal.context.FragmentedSend;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.ContextRecord;
import org.mitogen4j.internal.parent.Parent;
import org.mitogen4j.internal.parent.classes.SentClasses;

/**
 * Sends the messages of the API: the classes that a message needs go ahead of it, and credit is
 * taken for it. Any thread may use it.
 */
final class MessageSender {
  private final ContextRuntime runtime;
  private final Parent parent;

  MessageSender(ContextRuntime runtime, Parent parent) {
    this.runtime = runtime;
    this.parent = parent;
  }

  /** Whether a context is this one or below it, so that it reads Java serialization from us. */
  boolean isTrustedBy(int context) {
    return context == runtime.router.id || runtime.routing.routes.get(context) != null;
  }

  /**
   * Sends the bundles and classes ahead that a context needs for a message. Returns when they are
   * sent or queued.
   *
   * @param id the context
   * @param e the message
   * @param functions the functions that are going to run there; none when the message is no call
   * @return whether the context answers the message with credit, so that credit is to be taken
   */
  boolean prepare(int id, Encoder e, FunctionRef... functions) {
    long size = FragmentedSend.size(e);
    boolean fits = size <= Header.MAX_PAYLOAD;
    boolean codec = e.types != null;
    for (FunctionRef function : functions) {
      codec |= function.takesCodec();
    }
    boolean simple = fits && !codec && functions.length == 1 && functions[0].isPlain();
    boolean counted = parent.sender.fullContexts.prepare(id, simple, size);
    if (codec) {
      parent.sender.sendBundle(id, "codec");
    }
    try {
      for (FunctionRef function : functions) {
        counted |= parent.sender.sendFor(id, function.loader, function.function.text, e);
      }
      if (functions.length == 0) {
        parent.sender.sendFor(id, null, null, e);
      }
    } catch (UnsupportedClassVersionError tooNew) {
      throw new MitogenException(tooNew.getMessage());
    }
    return counted;
  }

  /** Refuses a message that is larger than the limit. */
  void checkSize(int dst, Encoder e) {
    runtime.delivery.checkSize(dst, FragmentedSend.size(e));
  }

  /** Sends a message that its receiver answers with credit. */
  void sendCounted(int dst, long handle, long replyTo, Encoder e, int flags)
      throws InterruptedException {
    long size = FragmentedSend.size(e);
    Credit credit = runtime.credits.of(dst, handle, size);
    long cost = Credits.cost(size);
    credit.take(cost);
    boolean sent = false;
    try {
      runtime.router.send(dst, handle, replyTo, e, flags, true);
      sent = true;
    } finally {
      if (!sent) {
        credit.give(cost);
      }
    }
  }

  /** Whether a route to a context is known here, and the context is not known to be gone. */
  boolean reaches(int context) {
    return context == runtime.router.id
        || runtime.routing.way(context) != null && !runtime.disconnects.isGone(context);
  }

  /** Sends a dead message to a handle of another context: nothing more comes. Does not wait. */
  void dead(int context, long handle, EndCause cause) {
    runtime.routing.dead(runtime.routing.way(context), context, handle, cause);
  }

  /** As {@link #dead}, but it overtakes no item that was sent to the handle. */
  void deadBehindItems(int context, long handle, EndCause cause) {
    runtime.routing.deadBehindItems(runtime.routing.way(context), context, handle, cause);
  }

  /** The record of the classes that a context was sent. */
  SentClasses sentClasses(Context context) {
    ContextRecord record = parent.known.get(context.id());
    if (record == null) {
      throw new IllegalArgumentException(
          context + " is not below " + runtime.router.name + ", or has ended");
    }
    return record.sentClasses();
  }

  /**
   * Notes that a context answered.
   *
   * @param dead whether the answer says that no result will come
   */
  void answered(int id, boolean dead, FunctionRef... functions) {
    ContextRecord record = dead ? null : parent.known.get(id);
    if (record != null) {
      record.times.answered();
    }
    for (FunctionRef function : functions) {
      parent.sender.answered(id, function.function.text);
    }
  }

  /** Notes that a call was not sent, or is stopped ahead of its answer. */
  void stopped(int id, FunctionRef... functions) {
    for (FunctionRef function : functions) {
      parent.sender.stopped(id, function.function.text);
    }
  }

  /**
   * The exception to throw for a failed call: the failure itself, or a better one if a class was
   * compiled for a newer Java than the context's.
   */
  MitogenException explain(int id, CallException failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof CallException) {
        CallException c = (CallException) e;
        if (c.remoteType().equals(UnsupportedClassVersionError.class.getName())) {
          String text = parent.sender.tooNew(id, c.remoteMessage());
          return text == null ? failure : new MitogenException(text, failure);
        }
      }
    }
    return failure;
  }

  /**
   * Asks a context below this one, which seems to hang, to send a dump of its threads to the
   * master's log; at most once a minute, and not when {@link RouterOptions#hangDumps} is off. Does
   * not wait for the dump.
   *
   * @param why the text before the dump
   */
  void logDump(int id, String why) {
    ContextRecord record = parent.known.get(id);
    if (record != null && record.isUp() && runtime.hangDumps() && record.mayBeAskedForDump()) {
      parent.sender.fullContexts.prepare(id);
      runtime.askForDump(id, why);
    }
  }

  /** The reason in a dead message. */
  static EndReason reason(Message dead) {
    return EndReason.of(EndCause.of(dead));
  }
}
