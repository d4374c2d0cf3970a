package org.mitogen4j;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.Functions.F0;
import org.mitogen4j.Functions.F1;
import org.mitogen4j.Functions.F2;
import org.mitogen4j.Functions.F3;
import org.mitogen4j.Functions.F4;
import org.mitogen4j.Functions.V0;
import org.mitogen4j.Functions.V1;
import org.mitogen4j.Functions.V2;
import org.mitogen4j.Functions.V3;
import org.mitogen4j.Functions.V4;
import org.mitogen4j.connect.ConnectException;
import org.mitogen4j.connect.ConnectionMethod;

/**
 * One JVM in the tree, seen from another. An immutable value: two are equal when they stand for the
 * same context of the same router. It can be sent to other contexts, and works there.
 *
 * <p>{@code call} runs a function there and waits for its result, {@code run} one without a result.
 * Both throw a {@link CallException} when the function throws, a {@link DisconnectedException} when
 * the context is gone. {@code callAsync} and {@code runAsync} return at once, unless so much is on
 * its way to the context already that it has to take some first. Calls run at the same time, in no
 * order. Any thread may use a context; the function may block.
 */
public final class Context {
  private final Router router;
  private final int id;
  private final String name;
  private final Duration timeout;

  Context(Router router, int id, String name, Duration timeout) {
    this.router = router;
    this.id = id;
    this.name = name;
    this.timeout = timeout;
  }

  /** Its number in the tree; 0 is the master. */
  public int id() {
    return id;
  }

  /** What it is called in logs and messages. */
  public String name() {
    return name;
  }

  /** The router that this object belongs to: the one of the context it is used in. */
  public Router router() {
    return router;
  }

  /** The same context, with calls that may take so long and no longer. None by default. */
  public Context timeout(Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("a call timeout of " + limit + ", must be positive");
    }
    return new Context(router, id, name, limit);
  }

  // ---- calls that wait

  public <R> R call(F0<R> function) {
    return await(FunctionRef.of(function, F0.class));
  }

  public <A, R> R call(F1<A, R> function, A a) {
    return await(FunctionRef.of(function, F1.class), a);
  }

  public <A, B, R> R call(F2<A, B, R> function, A a, B b) {
    return await(FunctionRef.of(function, F2.class), a, b);
  }

  public <A, B, C, R> R call(F3<A, B, C, R> function, A a, B b, C c) {
    return await(FunctionRef.of(function, F3.class), a, b, c);
  }

  public <A, B, C, D, R> R call(F4<A, B, C, D, R> function, A a, B b, C c, D d) {
    return await(FunctionRef.of(function, F4.class), a, b, c, d);
  }

  /**
   * Runs a static method by its name.
   *
   * @throws IllegalArgumentException when there is not exactly one such method with so many
   *     parameters
   */
  public Object call(Class<?> type, String method, Object... arguments) {
    return await(FunctionRef.of(find(type, method, arguments.length)), arguments);
  }

  public void run(V0 function) {
    await(FunctionRef.of(function, V0.class));
  }

  public <A> void run(V1<A> function, A a) {
    await(FunctionRef.of(function, V1.class), a);
  }

  public <A, B> void run(V2<A, B> function, A a, B b) {
    await(FunctionRef.of(function, V2.class), a, b);
  }

  public <A, B, C> void run(V3<A, B, C> function, A a, B b, C c) {
    await(FunctionRef.of(function, V3.class), a, b, c);
  }

  public <A, B, C, D> void run(V4<A, B, C, D> function, A a, B b, C c, D d) {
    await(FunctionRef.of(function, V4.class), a, b, c, d);
  }

  // ---- calls that do not wait

  public <R> Call<R> callAsync(F0<R> function) {
    return send(FunctionRef.of(function, F0.class), false);
  }

  public <A, R> Call<R> callAsync(F1<A, R> function, A a) {
    return send(FunctionRef.of(function, F1.class), false, a);
  }

  public <A, B, R> Call<R> callAsync(F2<A, B, R> function, A a, B b) {
    return send(FunctionRef.of(function, F2.class), false, a, b);
  }

  public <A, B, C, R> Call<R> callAsync(F3<A, B, C, R> function, A a, B b, C c) {
    return send(FunctionRef.of(function, F3.class), false, a, b, c);
  }

  public <A, B, C, D, R> Call<R> callAsync(F4<A, B, C, D, R> function, A a, B b, C c, D d) {
    return send(FunctionRef.of(function, F4.class), false, a, b, c, d);
  }

  public Call<Void> runAsync(V0 function) {
    return send(FunctionRef.of(function, V0.class), false);
  }

  public <A> Call<Void> runAsync(V1<A> function, A a) {
    return send(FunctionRef.of(function, V1.class), false, a);
  }

  public <A, B> Call<Void> runAsync(V2<A, B> function, A a, B b) {
    return send(FunctionRef.of(function, V2.class), false, a, b);
  }

  public <A, B, C> Call<Void> runAsync(V3<A, B, C> function, A a, B b, C c) {
    return send(FunctionRef.of(function, V3.class), false, a, b, c);
  }

  public <A, B, C, D> Call<Void> runAsync(V4<A, B, C, D> function, A a, B b, C c, D d) {
    return send(FunctionRef.of(function, V4.class), false, a, b, c, d);
  }

  <R> Call<R> send(FunctionRef ref, boolean awaited, Object... arguments) {
    Call<R> call = new Call<>(router, this, ref.name);
    if (timeout != null) {
      call.expire(timeout.toMillis());
    }
    call.send(ref, arguments, awaited);
    return call;
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // as with the calls that do not wait
  private <R> R await(FunctionRef ref, Object... arguments) {
    Call<R> call = send(ref, true, arguments);
    return call.await();
  }

  private static Method find(Class<?> type, String name, int parameters) {
    List<Method> found = new ArrayList<>();
    for (Method m : type.getDeclaredMethods()) {
      if (m.getName().equals(name)
          && m.getParameterCount() == parameters
          && java.lang.reflect.Modifier.isStatic(m.getModifiers())) {
        found.add(m);
      }
    }
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          type.getName()
              + " has "
              + found.size()
              + " static methods '"
              + name
              + "' with "
              + parameters
              + " parameters, must be 1");
    }
    return found.get(0);
  }

  // ---- children

  /**
   * Starts a child of this context, and waits until it is up.
   *
   * @throws ConnectException when it can't be started; the message says why, and at which context
   */
  public Context connect(ConnectionMethod<?> method) throws ConnectException {
    return router.connect(this, method);
  }

  /**
   * Starts a child of this context, and returns at once: calls may be sent to it, and go along with
   * what starts it. When the start fails, they do; {@link Router#started} tells.
   */
  public Context connectAsync(ConnectionMethod<?> method) {
    return router.connectAsync(this, method);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Context && ((Context) o).id == id && ((Context) o).router == router;
  }

  @Override
  public int hashCode() {
    return id;
  }

  @Override
  public String toString() {
    return name + " (" + id + ")";
  }
}
