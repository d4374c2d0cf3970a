package org.mitogen4j.internal.context;

/** The events that contexts record, with the names of their fields; an integer's begins with #. */
public enum EventKind {
  /** A context is started by the one that records it. */
  CONNECT("Connect", "Start of a context", "context", "failure"),
  /** A function is called by the context that records it, up to its result. */
  CALL("Call", "Call of a function", "context", "function", "failure"),
  /** A function runs in the context that records it. */
  RUN("Run", "Function that was called here", "function", "caller#"),
  /** A class is loaded that came from the parent. */
  CLASS_LOAD("ClassLoad", "Class from the parent", "className"),
  /** A resource is looked for at the parent. */
  RESOURCE_LOAD("ResourceLoad", "Resource from the parent", "resource"),
  /** Classes and resources are sent to a context. */
  CLASSES_SENT("ClassesSent", "Classes sent to a context", "context", "classes#", "bytes#"),
  /** What went over a link so far; recorded at each heartbeat. */
  LINK("Link", "Bytes of a link", "peer#", "messagesIn#", "bytesIn#", "messagesOut#", "bytesOut#"),
  /** Lines or a log record go to the master, or have come there. */
  OUTPUT("Output", "Output and log records", "context#", "kind", "bytes#"),
  /** A context has ended. */
  END("End", "End of a context", "context", "reason");

  /** As tools show it, without the library's name. */
  public final String eventName;

  public final String label;

  @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
  private final String[] fields;

  EventKind(String eventName, String label, String... fields) {
    this.eventName = eventName;
    this.label = label;
    this.fields = fields;
  }

  /** How many fields it has. */
  public int fields() {
    return fields.length;
  }

  /** Whether a field is an integer, not a text. */
  public boolean isInteger(int field) {
    return fields[field].endsWith("#");
  }

  /** The name of a field. */
  public String field(int field) {
    return fields[field].replace("#", "");
  }
}
