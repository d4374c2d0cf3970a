package org.mitogen4j;

import java.util.Collections;
import java.util.List;
import org.mitogen4j.internal.parent.classes.SentClasses;

/**
 * Which of the program's classes went to a context, at one moment; see {@link
 * Context#classTraffic()}. Immutable.
 */
public final class ClassTraffic {
  private final List<String> sent;
  private final List<String> loaded;
  private final boolean complete;
  private final long bytes;
  private final long requests;

  ClassTraffic(SentClasses classes) {
    sent = Collections.unmodifiableList(classes.names());
    loaded = Collections.unmodifiableList(classes.used());
    complete = classes.hasTold();
    bytes = classes.bytes.sum();
    requests = classes.requests.sum();
  }

  /** Names of the classes that were sent, in that order. */
  public List<String> sent() {
    return sent;
  }

  /**
   * Names of those that the context has loaded, as far as it has told: it tells some 200 ms after
   * the first answers to functions that few contexts ran before. Where it has no library's classes,
   * what was sent by itself counts as loaded.
   */
  public List<String> loaded() {
    return loaded;
  }

  /** Whether the context has told which classes it loaded. */
  public boolean isComplete() {
    return complete;
  }

  /** Bytes of these classes as they travel. */
  public long bytes() {
    return bytes;
  }

  /**
   * How often it asked for a class or a resource, be there such or not, and had to wait for the
   * answer. Zero for contexts that are not direct children: their parents answer them.
   */
  public long requests() {
    return requests;
  }

  @Override
  public String toString() {
    return sent.size()
        + " classes sent, "
        + loaded.size()
        + " loaded, "
        + bytes
        + " bytes, "
        + requests
        + " requests";
  }
}
