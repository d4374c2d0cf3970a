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
 * When the steps of one start were over, as the context's parent saw it. Times count from the
 * moment when the program asked for the start, so they include the time that the start waited for
 * its turn or for its parent. If a start took several attempts, all steps are those of the last
 * attempt. Immutable.
 */
public final class StartTimeline {
  /** The steps of a start, in their order. */
  public enum Step {
    /** The program that carries the bytes to the child, such as ssh, was started. */
    CARRIER_STARTED,
    /**
     * The login is over, and passwords were accepted. If the program does not show that, such as
     * ssh without a password, this is the time of {@link #SHELL_REACHED}.
     */
    LOGIN_DONE,
    /** A shell runs on the child's side, and looks for Java. */
    SHELL_REACHED,
    /** The shell has found Java and runs it. */
    JAVA_RUN,
    /** The JVM runs the library: the context is up. */
    JVM_UP,
    /** The first answer to a call came to the context that asks for this timeline. */
    FIRST_RESULT
  }

  /** The number of values in a message: the age, the attempts, and the steps. */
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
   * Makes a timeline of the times that the context's parent noted.
   *
   * @param told the values that the parent noted; null for none
   * @param own the values that this context noted, which may itself be the parent; null for none
   */
  static StartTimeline of(Object[] told, Object[] own) {
    if (told == null) {
      return null;
    }
    StartTimeline timeline = new StartTimeline(told);
    if (own != null) {
      long result = new StartTimeline(own).nanos.get(Step.FIRST_RESULT);
      // each side counts from its own zero; the difference of the ages is the difference of these
      long apart = (Long) own[0] - (Long) told[0];
      if (result >= 0) {
        timeline.nanos.put(Step.FIRST_RESULT, Math.max(0, result - apart));
      }
    }
    return timeline;
  }

  /**
   * The time from the program's request for the start to the end of a step.
   *
   * @param step a step of the start
   * @return null when the step is not over yet, or the connection method has no such step
   */
  public @Nullable Duration at(Step step) {
    long at = nanos.get(step);
    return at < 0 ? null : Duration.ofNanos(at);
  }

  /**
   * The number of connections that were opened: more than 1 when one was refused or found no Java.
   */
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
