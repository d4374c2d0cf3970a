package org.mitogen4j;

import org.jspecify.annotations.Nullable;
import org.mitogen4j.Functions.RemoteAction0;
import org.mitogen4j.Functions.RemoteAction1;
import org.mitogen4j.Functions.RemoteAction2;
import org.mitogen4j.Functions.RemoteAction3;
import org.mitogen4j.Functions.RemoteAction4;
import org.mitogen4j.Functions.RemoteFunction0;
import org.mitogen4j.Functions.RemoteFunction1;
import org.mitogen4j.Functions.RemoteFunction2;
import org.mitogen4j.Functions.RemoteFunction3;
import org.mitogen4j.Functions.RemoteFunction4;

/**
 * Runs functions in another context. There are two kinds: in a {@link Context} calls run at the
 * same time and in no order, in a {@link Chain} they run one after another.
 *
 * <ul>
 *   <li>{@code call} waits for the result, {@code run} for the end of a function without one.
 *   <li>{@code callAsync} and {@code runAsync} return a {@link Call}, a future, at once.
 *   <li>{@code fire} forgets the call: only its failure is heard of, in the log.
 * </ul>
 *
 * <p>All of these send the call before they return. While 256 KiB of calls from here wait for a
 * thread of the context, the calling thread blocks until the context has begun some of them.
 *
 * <p>A function is a lambda or a method reference, together with what it captured, or an object of
 * a serializable class. Arguments are sent by value; null is allowed wherever the function takes
 * it. Any thread may call; the function runs on a thread of its context's pool, and may block.
 */
public abstract class CallTarget {
  CallTarget() {}

  /**
   * Runs a function there, and waits for its result: as long as it takes, unless there is a timeout
   * ({@link Context#withTimeout}). An interrupt of the calling thread cancels the call.
   *
   * @param <R> the result
   * @param function the function, which is sent along with what it captured; not null
   * @return what the function returned, which may be null
   * @throws CallException when the function throws
   * @throws DisconnectedException when the context is gone
   * @throws CallTimeoutException when it takes longer than the timeout
   * @throws IllegalArgumentException when an argument, or what a lambda captured, can't be sent
   * @throws MitogenException when the answer can't be read, or the calling thread is interrupted,
   *     which it still is then
   * @throws IllegalStateException when a {@link Chain} is closed
   */
  public final <R extends @Nullable Object> R call(RemoteFunction0<R> function) {
    return await(FunctionRef.of(function, RemoteFunction0.class));
  }

  /** As {@link #call(RemoteFunction0)}, with an argument, which is sent by value. */
  public final <A extends @Nullable Object, R extends @Nullable Object> R call(
      RemoteFunction1<A, R> function, A a) {
    return await(FunctionRef.of(function, RemoteFunction1.class), a);
  }

  /** As {@link #call(RemoteFunction0)}, with two arguments. */
  public final <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
      R call(RemoteFunction2<A, B, R> function, A a, B b) {
    return await(FunctionRef.of(function, RemoteFunction2.class), a, b);
  }

  /** As {@link #call(RemoteFunction0)}, with three arguments. */
  public final <
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          R extends @Nullable Object>
      R call(RemoteFunction3<A, B, C, R> function, A a, B b, C c) {
    return await(FunctionRef.of(function, RemoteFunction3.class), a, b, c);
  }

  /** As {@link #call(RemoteFunction0)}, with four arguments. */
  public final <
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          D extends @Nullable Object,
          R extends @Nullable Object>
      R call(RemoteFunction4<A, B, C, D, R> function, A a, B b, C c, D d) {
    return await(FunctionRef.of(function, RemoteFunction4.class), a, b, c, d);
  }

  /**
   * Runs a static method by its name, and waits for its result, as {@link #call(RemoteFunction0)}.
   *
   * @param type the class that declares the method
   * @param method its name
   * @param arguments sent by value; elements may be null
   * @return what the method returned; null, too, where it returns nothing
   * @throws IllegalArgumentException when there is not exactly one static method of this name with
   *     as many parameters as there are arguments
   */
  public final @Nullable Object call(Class<?> type, String method, @Nullable Object... arguments) {
    return await(FunctionRef.named(type, method, arguments.length), arguments);
  }

  /** As {@link #call(RemoteFunction0)}, for a function without a result. */
  public final void run(RemoteAction0 function) {
    await(FunctionRef.of(function, RemoteAction0.class));
  }

  /** As {@link #run(RemoteAction0)}, with an argument. */
  public final <A extends @Nullable Object> void run(RemoteAction1<A> function, A a) {
    await(FunctionRef.of(function, RemoteAction1.class), a);
  }

  /** As {@link #run(RemoteAction0)}, with two arguments. */
  public final <A extends @Nullable Object, B extends @Nullable Object> void run(
      RemoteAction2<A, B> function, A a, B b) {
    await(FunctionRef.of(function, RemoteAction2.class), a, b);
  }

  /** As {@link #run(RemoteAction0)}, with three arguments. */
  public final <A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object>
      void run(RemoteAction3<A, B, C> function, A a, B b, C c) {
    await(FunctionRef.of(function, RemoteAction3.class), a, b, c);
  }

  /** As {@link #run(RemoteAction0)}, with four arguments. */
  public final <
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          D extends @Nullable Object>
      void run(RemoteAction4<A, B, C, D> function, A a, B b, C c, D d) {
    await(FunctionRef.of(function, RemoteAction4.class), a, b, c, d);
  }

  /**
   * Runs a function there, and does not wait for its result.
   *
   * @param <R> the result
   * @param function the function, which is sent along with what it captured
   * @return a future; it has all failures but an argument that can't be sent, which is thrown here
   * @throws IllegalArgumentException when an argument, or what a lambda captured, can't be sent
   * @throws IllegalStateException when a {@link Chain} is closed
   */
  public final <R extends @Nullable Object> Call<R> callAsync(RemoteFunction0<R> function) {
    return send(FunctionRef.of(function, RemoteFunction0.class), false);
  }

  /** As {@link #callAsync(RemoteFunction0)}, with an argument. */
  public final <A extends @Nullable Object, R extends @Nullable Object> Call<R> callAsync(
      RemoteFunction1<A, R> function, A a) {
    return send(FunctionRef.of(function, RemoteFunction1.class), false, a);
  }

  /** As {@link #callAsync(RemoteFunction0)}, with two arguments. */
  public final <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
      Call<R> callAsync(RemoteFunction2<A, B, R> function, A a, B b) {
    return send(FunctionRef.of(function, RemoteFunction2.class), false, a, b);
  }

  /** As {@link #callAsync(RemoteFunction0)}, with three arguments. */
  public final <
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          R extends @Nullable Object>
      Call<R> callAsync(RemoteFunction3<A, B, C, R> function, A a, B b, C c) {
    return send(FunctionRef.of(function, RemoteFunction3.class), false, a, b, c);
  }

  /** As {@link #callAsync(RemoteFunction0)}, with four arguments. */
  public final <
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          D extends @Nullable Object,
          R extends @Nullable Object>
      Call<R> callAsync(RemoteFunction4<A, B, C, D, R> function, A a, B b, C c, D d) {
    return send(FunctionRef.of(function, RemoteFunction4.class), false, a, b, c, d);
  }

  /** As {@link #callAsync(RemoteFunction0)}, for a function without a result. */
  public final Call<Void> runAsync(RemoteAction0 function) {
    return send(FunctionRef.of(function, RemoteAction0.class), false);
  }

  /** As {@link #runAsync(RemoteAction0)}, with an argument. */
  public final <A extends @Nullable Object> Call<Void> runAsync(RemoteAction1<A> function, A a) {
    return send(FunctionRef.of(function, RemoteAction1.class), false, a);
  }

  /** As {@link #runAsync(RemoteAction0)}, with two arguments. */
  public final <A extends @Nullable Object, B extends @Nullable Object> Call<Void> runAsync(
      RemoteAction2<A, B> function, A a, B b) {
    return send(FunctionRef.of(function, RemoteAction2.class), false, a, b);
  }

  /** As {@link #runAsync(RemoteAction0)}, with three arguments. */
  public final <A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object>
      Call<Void> runAsync(RemoteAction3<A, B, C> function, A a, B b, C c) {
    return send(FunctionRef.of(function, RemoteAction3.class), false, a, b, c);
  }

  /** As {@link #runAsync(RemoteAction0)}, with four arguments. */
  public final <
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          D extends @Nullable Object>
      Call<Void> runAsync(RemoteAction4<A, B, C, D> function, A a, B b, C c, D d) {
    return send(FunctionRef.of(function, RemoteAction4.class), false, a, b, c, d);
  }

  /**
   * Runs a function there, and forgets it: when it fails, the failure is a warning in the master's
   * log, unless this router is being closed or the context has detached. Does not wait.
   *
   * @param function the function, which is sent along with what it captured
   * @throws IllegalArgumentException when an argument, or what a lambda captured, can't be sent
   */
  public final void fire(RemoteAction0 function) {
    forget(FunctionRef.of(function, RemoteAction0.class));
  }

  /** As {@link #fire(RemoteAction0)}, with an argument. */
  public final <A extends @Nullable Object> void fire(RemoteAction1<A> function, A a) {
    forget(FunctionRef.of(function, RemoteAction1.class), a);
  }

  /** As {@link #fire(RemoteAction0)}, with two arguments. */
  public final <A extends @Nullable Object, B extends @Nullable Object> void fire(
      RemoteAction2<A, B> function, A a, B b) {
    forget(FunctionRef.of(function, RemoteAction2.class), a, b);
  }

  /** As {@link #fire(RemoteAction0)}, with three arguments. */
  public final <A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object>
      void fire(RemoteAction3<A, B, C> function, A a, B b, C c) {
    forget(FunctionRef.of(function, RemoteAction3.class), a, b, c);
  }

  /** As {@link #fire(RemoteAction0)}, with four arguments. */
  public final <
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          D extends @Nullable Object>
      void fire(RemoteAction4<A, B, C, D> function, A a, B b, C c, D d) {
    forget(FunctionRef.of(function, RemoteAction4.class), a, b, c, d);
  }

  /** Sends a call; {@code awaited} when the calling thread alone is going to wait for it. */
  abstract <R extends @Nullable Object> Call<R> send(
      FunctionRef ref, boolean awaited, Object... arguments);

  @SuppressWarnings("TypeParameterUnusedInFormals") // as with the calls that do not wait
  private <R> R await(FunctionRef ref, Object... arguments) {
    Call<R> call = send(ref, true, arguments);
    return call.await();
  }

  private void forget(FunctionRef ref, Object... arguments) {
    Call<Void> call = send(ref, false, arguments);
    call.context().router().warnOfFailure(call);
  }
}
