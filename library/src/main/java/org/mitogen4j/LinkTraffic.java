package org.mitogen4j;

/** What went over the link between a context and its parent, as the parent counts. Immutable. */
public final class LinkTraffic {
  private final long messagesSent;
  private final long bytesSent;
  private final long messagesReceived;
  private final long bytesReceived;

  /** From four numbers, in the order of the methods below. */
  LinkTraffic(long[] counts) {
    messagesSent = counts[0];
    bytesSent = counts[1];
    messagesReceived = counts[2];
    bytesReceived = counts[3];
  }

  /** Frames that the parent sent to the context; a long message takes several. */
  public long messagesSent() {
    return messagesSent;
  }

  /** Bytes that the parent sent to the context. */
  public long bytesSent() {
    return bytesSent;
  }

  /** Frames that the parent received from the context. */
  public long messagesReceived() {
    return messagesReceived;
  }

  /** Bytes that the parent received from the context. */
  public long bytesReceived() {
    return bytesReceived;
  }

  @Override
  public String toString() {
    return "sent "
        + messagesSent
        + " messages ("
        + bytesSent
        + " bytes), received "
        + messagesReceived
        + " ("
        + bytesReceived
        + " bytes)";
  }
}
