package org.mitogen4j.internal.context;

/**
 * The kinds of events that contexts record, with the names of their fields; the name of an integer
 * field ends with #.
 */
public enum EventKind {
  /** The recording context starts a child. */
  CONNECT("Connect", "Start of a context", "context", "failure"),
  /** The recording context calls a function; the event lasts until the result is here. */
  CALL("Call", "Call of a function", "context", "function", "failure"),
  /** A function runs in the recording context. */
  RUN("Run", "Function that was called here", "function", "caller#"),
  /** The recording context loads a class that came from its parent. */
  CLASS_LOAD("ClassLoad", "Class from the parent", "className"),
  /** The recording context looks for a resource at its parent. */
  RESOURCE_LOAD("ResourceLoad", "Resource from the parent", "resource"),
  /** The recording context sends classes and resources to another. */
  CLASSES_SENT("ClassesSent", "Classes sent to a context", "context", "classes#", "bytes#"),
  /** The messages and bytes that went over a link so far; recorded at each heartbeat. */
  LINK("Link", "Bytes of a link", "peer#", "messagesIn#", "bytesIn#", "messagesOut#", "bytesOut#"),
  /** Lines or a log record are sent to the master, or have arrived in the master. */
  OUTPUT("Output", "Output and log records", "context#", "kind", "bytes#"),
  /** A context has ended. */
  END("End", "End of a context", "context", "reason");

  /** The name of the event, without the prefix {@code org.mitogen4j.}. */
  public final String eventName;

  public final String label;

  @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
  private final String[] fields;

  EventKind(String eventName, String label, String... fields) {
    this.eventName = eventName;
    this.label = label;
    this.fields = fields;
  }

  /** The number of fields. */
  public int fields() {
    return fields.length;
  }

  /** Whether a field is an integer; otherwise it is a text. */
  public boolean isInteger(int field) {
    return fields[field].endsWith("#");
  }

  /** The name of a field. */
  public String field(int field) {
    return fields[field].replace("#", "");
  }
}
