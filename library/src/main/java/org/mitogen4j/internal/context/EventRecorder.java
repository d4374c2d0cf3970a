package org.mitogen4j.internal.context;

/**
 * Records events of this context for tools that watch JVMs, such as Flight Recorder. {@link
 * RunRecording} has one only while such a tool is active. Any thread may use it; it neither waits
 * nor throws.
 */
public interface EventRecorder {
  /**
   * An event begins.
   *
   * @return the event; null when no tool asks for events of this kind now
   */
  Object begin(EventKind kind);

  /**
   * An event ends, and is recorded.
   *
   * @param event the event that begin returned; null does nothing
   * @param values the values of the fields of its kind, in their order: texts or integers
   */
  void end(Object event, Object... values);
}
