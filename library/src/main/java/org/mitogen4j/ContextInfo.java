package org.mitogen4j;

import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.parent.ContextRecord;

/**
 * What is known of a context at one moment; see {@link Context#info}. User, host, process and Java
 * version are what the context says of itself. Immutable.
 */
public final class ContextInfo {
  /** Whether a context can be used. */
  public enum State {
    /** It is being started. */
    STARTING,
    /** It is up. */
    UP,
    /** It has ended, or could not be started. */
    ENDED,
    /** It is not below the context that asks, which is told nothing of others. */
    UNKNOWN
  }

  private final Context context;
  private final State state;
  private EndReason endReason;
  private String method;
  private String user;
  private String host;
  private int pid;
  private String javaVersion;
  private int children;
  private LinkTraffic traffic;
  private StartTimeline timeline;

  /** A context of which only the state is known. */
  ContextInfo(Context context, State state) {
    this.context = context;
    this.state = state;
  }

  static ContextInfo ended(Context context, EndReason reason) {
    ContextInfo info = new ContextInfo(context, State.ENDED);
    info.endReason = reason;
    return info;
  }

  /** This context itself. */
  static ContextInfo own(Context context, String host, int pid, int children) {
    ContextInfo info = new ContextInfo(context, State.UP);
    info.user = System.getProperty("user.name");
    info.host = host;
    info.pid = pid;
    info.javaVersion = System.getProperty("java.version");
    info.children = children;
    return info;
  }

  /** A context below this one. */
  static ContextInfo below(
      Context context,
      ContextRecord known,
      int children,
      LinkTraffic traffic,
      StartTimeline timeline) {
    ContextInfo info = new ContextInfo(context, known.isUp() ? State.UP : State.STARTING);
    info.method = known.how;
    info.user = known.user;
    info.host = known.host;
    info.pid = known.pid;
    info.javaVersion = known.javaVersion;
    info.children = children;
    info.traffic = traffic;
    info.timeline = timeline;
    return info;
  }

  /** The context. */
  public Context context() {
    return context;
  }

  /** Whether it can be used. */
  public State state() {
    return state;
  }

  /** Why it has ended; null when it has not ended, or the reason is not known. */
  public @Nullable EndReason endReason() {
    return endReason;
  }

  /** How its parent reaches it, for people; null where that is not known. */
  public @Nullable String method() {
    return method;
  }

  /** The account it runs under; null before it is up, and where that is not known. */
  public @Nullable String user() {
    return user;
  }

  /** The name of its machine or container; null where it has not said so. */
  public @Nullable String host() {
    return host;
  }

  /** The number of its process there; 0 before it is up, and where that is not known. */
  public int pid() {
    return pid;
  }

  /** As its {@code java.version} says; null before it is up, and where that is not known. */
  public @Nullable String javaVersion() {
    return javaVersion;
  }

  /** The number of its children, including those that are starting, as far as is known here. */
  public int children() {
    return children;
  }

  /** What went over the link to its parent; null where its parent was not asked or did not say. */
  public @Nullable LinkTraffic traffic() {
    return traffic;
  }

  /**
   * When the steps of the context's start were over. Null for the context that asks about itself,
   * when the parent of the context was not asked or gave no answer within a second, and when the
   * start has not begun.
   */
  public @Nullable StartTimeline timeline() {
    return timeline;
  }

  /** As a line of {@link Router#describe}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(context.id()).append(' ').append(context.name());
    if (method != null) {
      text.append(" (").append(method).append(')');
    }
    switch (state) {
      case STARTING:
        text.append(" starting");
        break;
      case ENDED:
        text.append(" ended").append(endReason == null ? "" : ": " + endReason.text());
        break;
      case UP:
        text.append(' ').append(user);
        text.append(host == null ? "" : " at " + host);
        text.append(", pid ").append(pid).append(", Java ").append(javaVersion);
        break;
      default:
        text.append(" of which nothing is known here");
    }
    return text.append(traffic == null ? "" : ", " + traffic).toString();
  }
}
