package org.mitogen4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
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
  private final long resourceBytes;
  private final long requests;
  private final long absentRequests;
  private final long lateRequests;

  ClassTraffic(SentClasses classes) {
    sent = Collections.unmodifiableList(classes.names());
    loaded = Collections.unmodifiableList(classes.used());
    complete = classes.hasReported();
    bytes = classes.bytes.sum();
    resourceBytes = classes.resourceBytes.sum();
    requests = classes.requests.sum();
    absentRequests = classes.absentRequests.sum();
    lateRequests = classes.lateRequests.sum();
  }

  /** Names of the classes that were sent, in that order. */
  public List<String> sent() {
    return sent;
  }

  /**
   * Names of the classes that the context has loaded, as far as it has reported them: it reports
   * some 200 ms after the first answer to a function that few contexts ran before. In a context
   * that does not load resources, each class that was sent outside a block of classes counts as
   * loaded.
   */
  public List<String> loaded() {
    return loaded;
  }

  /** Whether the context has told which classes it loaded. */
  public boolean isComplete() {
    return complete;
  }

  /**
   * Compressed bytes of the classes that were sent, loaded or not, with small resources that travel
   * in their blocks.
   */
  public long bytes() {
    return bytes;
  }

  /**
   * Compressed bytes of resources that travel by themselves: files that are read, answers where
   * resources are, and the list of the names of the program's classes and resources.
   */
  public long resourceBytes() {
    return resourceBytes;
  }

  /**
   * How often the context asked for a class or a resource, found or not, and had to wait for the
   * answer. Zero for a context that is not a direct child: its own parent answers it.
   */
  public long requests() {
    return requests;
  }

  /**
   * Names of the classes that were sent and that the context has not loaded, as far as it has
   * reported them; see {@link #loaded()}.
   */
  public List<String> unused() {
    List<String> unused = new ArrayList<>(sent);
    unused.removeAll(new HashSet<>(loaded));
    return unused;
  }

  /** How many of the {@link #requests()} were for what the program does not have. */
  public long absentRequests() {
    return absentRequests;
  }

  /**
   * How many of the {@link #requests()} were for what had been sent already, and had not arrived.
   */
  public long lateRequests() {
    return lateRequests;
  }

  @Override
  public String toString() {
    return sent.size()
        + " classes sent, "
        + loaded.size()
        + " loaded, "
        + bytes
        + " bytes, "
        + resourceBytes
        + " bytes of resources, "
        + requests
        + " requests ("
        + absentRequests
        + " for what there is not, "
        + lateRequests
        + " for what was on its way)";
  }
}
