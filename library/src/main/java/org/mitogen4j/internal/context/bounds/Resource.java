package org.mitogen4j.internal.context.bounds;

/** The kinds of memory that other contexts can use up here, with the quotas of each in bytes. */
public enum Resource {
  /** Frames that wait to be written to other links. */
  WAITING(
      "waits for other links",
      Limits.WAITING_OF_LINK,
      Limits.WAITING_OF_ALL,
      Limits.LONG_WINDOW + Limits.LONG_SLACK),

  /** Messages that wait for the program. */
  RECEIVED(
      "waits to be received",
      Limits.RECEIVED_OF_LINK,
      Limits.RECEIVED_OF_ALL,
      Limits.RECEIVED_OF_SENDER),

  /** Pieces of messages that are not complete. */
  UNFINISHED(
      "is unfinished",
      Limits.UNFINISHED_OF_LINK,
      Limits.UNFINISHED_OF_ALL,
      Limits.LONG_WINDOW + Limits.LONG_SLACK),

  /** Records of contexts. */
  KEPT("is kept of contexts", Limits.KEPT_OF_LINK, Limits.KEPT_OF_ALL, 0);

  public final String text;
  public final long ofLink;
  public final long ofAll;

  /** Bytes that one honest sender may hold: no link is ended for less. */
  public final long little;

  Resource(String text, long ofLink, long ofAll, long little) {
    this.text = text;
    this.ofLink = ofLink;
    this.ofAll = ofAll;
    this.little = little;
  }
}
