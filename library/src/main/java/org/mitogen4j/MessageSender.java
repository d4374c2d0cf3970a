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
 * How the messages of the API go out: behind the classes that they need, and with the credit that
 * they cost. Any thread may use it.
 */
final class MessageSender {
  private final ContextRuntime runtime;
  private final Parent parent;

  MessageSender(ContextRuntime runtime, Parent parent) {
    this.runtime = runtime;
    this.parent = parent;
  }

  /** Whether a context is below this one, and so reads whatever we write. */
  boolean isTrustedBy(int context) {
    return context == runtime.router.id || runtime.routing.routes.get(context) != null;
  }

  /**
   * Sees to it that a context has what a message to it needs.
   *
   * @param functions what is going to run there; none when the message is no call
   * @return whether the context counts what it takes, so that credit is needed
   */
  boolean prepare(int id, Encoder e, FunctionRef... functions) {
    long size = FragmentedSend.size(e);
    boolean fits = size <= Header.MAX_PAYLOAD;
    boolean codec = e.types != null;
    for (FunctionRef function : functions) {
      codec |= function.takesCodec();
    }
    boolean simple = fits && !codec && functions.length == 1 && functions[0].isPlain();
    boolean counted = parent.sender.prepare(id, simple, size);
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

  /** Whether there is a way to a context, as far as is known here. */
  boolean reaches(int context) {
    return context == runtime.router.id
        || runtime.routing.way(context) != null && !runtime.disconnects.isGone(context);
  }

  /** Tells a handle of another context that there is no more. Does not wait. */
  void dead(int context, long handle, EndCause cause) {
    runtime.routing.dead(runtime.routing.way(context), context, handle, cause);
  }

  /** As {@link #dead}, behind all items that were sent there. */
  void deadBehindItems(int context, long handle, EndCause cause) {
    runtime.routing.deadBehindItems(runtime.routing.way(context), context, handle, cause);
  }

  /** Which classes a context was sent. */
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
    parent.starts.complete(id);
    ContextRecord record = dead ? null : parent.known.get(id);
    if (record != null) {
      record.times.answered();
    }
    for (FunctionRef function : functions) {
      parent.sender.answered(id, function.function.text);
    }
  }

  /** What a failed call threw; where a class was too new for the child, in our own words. */
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
      parent.sender.prepare(id);
      runtime.askForDump(id, why);
    }
  }

  /** Why nothing more comes, from a message that says so. */
  static EndReason reason(Message dead) {
    return EndReason.of(EndCause.of(dead));
  }
}
