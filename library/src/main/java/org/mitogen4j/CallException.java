package org.mitogen4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.context.functions.ExceptionDescription;
import org.mitogen4j.internal.context.printed.Printable;

/**
 * A function that was called in another context threw an exception. Its type and message are those
 * of the remote exception, as text: an exception object is never built from what a child sent. All
 * texts are safe to print, as those of any {@link MitogenException}. {@link #getCause} is the
 * remote cause, in the same way, and {@link #getSuppressed} are the remote suppressed ones. A
 * message of more than 65,536 characters arrives cut, which it says; what an exception's own
 * methods do not give, because they fail, is left out.
 *
 * <p>The stack trace is the remote one, continued by that of the thread that waited. For a call
 * that is a future it is the remote one alone: the exception that {@code get} or {@code join} wraps
 * around it has the caller's.
 */
public final class CallException extends MitogenException {
  private static final long serialVersionUID = 1;

  private final String remoteType;
  private final String remoteMessage;

  private CallException(String where, String type, String message, CallException cause) {
    super(where + type + (message == null ? "" : ": " + message), cause);
    remoteType = type;
    remoteMessage = message;
  }

  /** The class name of the exception that was thrown. */
  public String remoteType() {
    return remoteType;
  }

  /** Its message; null where it has none. */
  public @Nullable String remoteMessage() {
    return remoteMessage;
  }

  /**
   * Builds one from what the other side sent.
   *
   * @param context named in the message
   * @param described as {@link ExceptionDescription} makes it
   * @param caller the stack that it is joined to; empty where nobody waits on the spot
   */
  static CallException of(String context, Object described, StackTraceElement[] caller) {
    CallException e = build("in " + context + ": ", described);
    if (caller.length == 0) {
      return e;
    }
    List<StackTraceElement> stack = new ArrayList<>(Arrays.asList(e.getStackTrace()));
    stack.add(new StackTraceElement("---- called from", "here", null, -1));
    int own = 0;
    while (own < caller.length && isOurs(caller[own].getClassName())) {
      own++;
    }
    stack.addAll(Arrays.asList(caller).subList(own, caller.length));
    e.setStackTrace(stack.toArray(new StackTraceElement[0]));
    return e;
  }

  /** The frames between the caller's code and where the stack was taken. */
  private static boolean isOurs(String className) {
    return className.equals(Thread.class.getName())
        || className.equals(Call.class.getName())
        || className.equals(CallTarget.class.getName())
        || className.equals(Service.class.getName());
  }

  /** An exception that was a value in what came. */
  static CallException of(Object described) {
    return build("", described);
  }

  /** This exception as a value that can be sent; {@link #of} reads it. */
  Object[] described() {
    Object[] d = ExceptionDescription.of(this, Integer.MAX_VALUE);
    name(d, this);
    return d;
  }

  /** Puts the remote types and messages where the descriptions have this class's. */
  private static void name(Object[] d, Throwable e) {
    if (e instanceof CallException) {
      d[0] = ((CallException) e).remoteType;
      d[1] = ((CallException) e).remoteMessage;
    }
    if (d[3] != null) {
      name((Object[]) d[3], e.getCause());
    }
    Object[] suppressed = (Object[]) d[4];
    for (int i = 0; i < suppressed.length; i++) {
      name((Object[]) suppressed[i], e.getSuppressed()[i]);
    }
  }

  private static CallException build(String where, Object described) {
    Object[] d = described instanceof Object[] ? (Object[]) described : new Object[0];
    if (d.length != 5
        || !(d[0] instanceof String)
        || !(d[1] == null || d[1] instanceof String)
        || !(d[2] instanceof Object[])
        || !(d[4] instanceof Object[])) {
      throw new IllegalArgumentException(
          "an exception should have come, as an array of its type, message, stack, cause and"
              + " suppressed ones, but "
              + AnswerShape.typeOf(described)
              + " came");
    }
    CallException cause = d[3] == null ? null : build("", d[3]);
    CallException e =
        new CallException(
            where, Printable.line((String) d[0]), Printable.lines((String) d[1]), cause);
    e.setStackTrace(stack((Object[]) d[2]));
    for (Object suppressed : (Object[]) d[4]) {
      e.addSuppressed(build("", suppressed));
    }
    return e;
  }

  private static StackTraceElement[] stack(Object[] lines) {
    StackTraceElement[] stack = new StackTraceElement[lines.length / 4];
    for (int i = 0; i < stack.length; i++) {
      String type = text(lines[4 * i]);
      String method = text(lines[4 * i + 1]);
      Object number = lines[4 * i + 3];
      if (type == null || method == null || !(number instanceof Integer)) {
        throw new IllegalArgumentException(
            "a line of a stack should have come, with class, method, file and number");
      }
      stack[i] = new StackTraceElement(type, method, text(lines[4 * i + 2]), (int) number);
    }
    return stack;
  }

  private static String text(Object part) {
    return part instanceof String ? Printable.line((String) part) : null;
  }

  /** Its stack comes from elsewhere: its own would take time, and tell nothing. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
