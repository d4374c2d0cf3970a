package org.mitogen4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When the steps of one start were over, as the context's parent saw it, from the moment when the
 * program asked for the start: so it counts what the start waited for its turn, or for its parent.
 * Where a start took several attempts, all steps are those of the last. Immutable.
 */
public final class StartTimeline {
  /** A step of a start, in their order. */
  public enum Step {
    /** The program that carries the bytes runs, such as ssh. */
    CARRIER_STARTED,
    /**
     * The login is over, and passwords are accepted. Where the program does not tell, as ssh
     * without a password does not, this is the moment of {@link #SHELL_REACHED}.
     */
    LOGIN_DONE,
    /** A shell runs on the other side; it looks for Java. */
    SHELL_REACHED,
    /** Java was found, and is run. */
    JAVA_RUN,
    /** The JVM runs the library: the context is up. */
    JVM_UP,
    /** The first answer to a call came to the context that asks for this timeline. */
    FIRST_RESULT
  }

  /** As it travels: its age, the attempts, and the steps. */
  private static final int PARTS = 2 + Step.values().length;

  private static final int ATTEMPTS = 1;
  private static final int FIRST_STEP = 2;

  static final AnswerShape SHAPE =
      AnswerShape.array(
          values -> isTimeline(values) ? values : null, "the times of the steps of a start");

  private final long attempts;
  private final Map<Step, Long> nanos = new EnumMap<>(Step.class);

  private StartTimeline(Object[] told) {
    attempts = (Long) told[ATTEMPTS];
    int i = FIRST_STEP;
    for (Step step : Step.values()) {
      nanos.put(step, (Long) told[i++]);
    }
  }

  private static boolean isTimeline(Object[] values) {
    return values.length == PARTS && Arrays.stream(values).allMatch(Long.class::isInstance);
  }

  /**
   * Of the times that the context's parent noted.
   *
   * @param told what the parent noted; null for nothing
   * @param own what this context noted, which may be the parent itself; null for nothing
   */
  static StartTimeline of(Object[] told, Object[] own) {
    if (told == null) {
      return null;
    }
    StartTimeline timeline = new StartTimeline(told);
    if (own != null) {
      long result = new StartTimeline(own).nanos.get(Step.FIRST_RESULT);
      // both counted from a moment of their own: their ages tell how far apart these are
      long apart = (Long) own[0] - (Long) told[0];
      if (result >= 0) {
        timeline.nanos.put(Step.FIRST_RESULT, Math.max(0, result - apart));
      }
    }
    return timeline;
  }

  /**
   * How long after the program asked for the start a step was over.
   *
   * @param step a step
   * @return null where it is not over yet, or the connection method does not have it
   */
  public @Nullable Duration at(Step step) {
    long at = nanos.get(step);
    return at < 0 ? null : Duration.ofNanos(at);
  }

  /** How many connections were opened: more than 1 where one was refused, or found no Java. */
  public int attempts() {
    return (int) Math.max(0, Math.min(attempts, Integer.MAX_VALUE));
  }

  /** A step in words. */
  static String text(Step step) {
    return step.name().toLowerCase(Locale.ROOT).replace('_', ' ').replace("jvm", "JVM");
  }

  /** One line: the steps that are over, each with its milliseconds. */
  @Override
  public String toString() {
    List<String> text = new ArrayList<>();
    for (Step step : Step.values()) {
      Duration at = at(step);
      if (at != null) {
        text.add(text(step) + " " + at.toMillis() + " ms");
      }
    }
    return String.join(", ", text) + (attempts() > 1 ? ", attempts " + attempts() : "");
  }
}
