package org.mitogen4j;

/** What went over the link between a context and its parent, as the parent counts. Immutable. */
public final class LinkTraffic {
  private final long messagesSent;
  private final long bytesSent;
  private final long messagesReceived;
  private final long bytesReceived;
  private final long served;
  private final long bytesServed;

  /** From six numbers, in the order of the methods below. */
  LinkTraffic(long[] counts) {
    messagesSent = counts[0];
    bytesSent = counts[1];
    messagesReceived = counts[2];
    bytesReceived = counts[3];
    served = counts[4];
    bytesServed = counts[5];
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

  /**
   * How many classes, resources and blocks of classes the parent had kept and sent to the context,
   * or further down by way of it, without asking its own parent. Always 0 where the parent is the
   * master, which has the program itself.
   */
  public long served() {
    return served;
  }

  /** Bytes of what {@link #served()} counts, as it travels. */
  public long bytesServed() {
    return bytesServed;
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
        + " bytes)"
        + (served == 0
            ? ""
            : ", "
                + served
                + " classes and resources from its parent's cache ("
                + bytesServed
                + " bytes)");
  }
}
