package org.mitogen4j.internal.context;

/**
 * Records what happens here for tools that watch JVMs. There is one only while such a tool does:
 * {@code ContextRuntime.events}. Any thread may use it; it neither waits nor throws.
 */
public interface EventRecorder {
  /**
   * An event begins.
   *
   * @return the event; null where nobody wants such events now
   */
  Object begin(EventKind kind);

  /**
   * An event ends, and is recorded.
   *
   * @param event as begin returned it; null for none
   * @param values those of its kind's fields, in their order, texts or integers
   */
  void end(Object event, Object... values);
}
