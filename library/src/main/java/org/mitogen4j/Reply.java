package org.mitogen4j;

import org.jspecify.annotations.Nullable;

/**
 * The answer or item of one context: a value, or the failure in its place. Immutable.
 *
 * @param <R> the value
 */
public final class Reply<R extends @Nullable Object> {
  private final Context context;
  private final R value;
  private final RuntimeException failure;

  private Reply(Context context, R value, RuntimeException failure) {
    this.context = context;
    this.value = value;
    this.failure = failure;
  }

  static <R extends @Nullable Object> Reply<R> of(Context context, R value) {
    return new Reply<>(context, value, null);
  }

  static <R extends @Nullable Object> Reply<R> failed(Context context, RuntimeException failure) {
    return new Reply<>(context, null, failure);
  }

  /** Converts to a supertype of the value. This is safe: a reply only gives values out. */
  @SuppressWarnings("unchecked")
  static <R extends @Nullable Object> Reply<R> widen(Reply<? extends R> reply) {
    return (Reply<R>) reply;
  }

  /** The context that it came from, or should have come from; never null. */
  public Context context() {
    return context;
  }

  /**
   * The value; null if the other context returned or sent null.
   *
   * @throws RuntimeException the {@link #failure}, when there is one
   */
  public @Nullable R get() {
    if (failure != null) {
      throw failure;
    }
    return value;
  }

  /** Whether there is a {@link #failure} in place of a value. */
  public boolean failed() {
    return failure != null;
  }

  /** What went wrong, as {@link Call} lists it; null when nothing did. */
  public @Nullable RuntimeException failure() {
    return failure;
  }

  @Override
  public String toString() {
    return context + ": " + (failure == null ? value : failure);
  }
}
