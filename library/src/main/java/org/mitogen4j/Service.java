package org.mitogen4j;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.internal.kernel.Handle;

/**
 * A service in another context, whose {@link Exposed} methods can be called by name. {@link
 * Context#service} returns it. The first call from a context above starts the service if it is not
 * running; for calls from other contexts it must be running.
 *
 * <p>The failures of a call are those of any {@link Call}. A method that is not there, or may not
 * be called, is a {@link CallException}; a context without any service a {@link
 * DisconnectedException}. Any thread may use it.
 */
public final class Service {
  private final Context context;
  private final String name;
  private final Class<?> type;
  private final Duration timeout;
  private volatile boolean started;

  /**
   * @param type null where only the name is known
   */
  Service(Context context, String name, Class<?> type, Duration timeout) {
    this.context = context;
    this.name = name;
    this.type = type;
    this.timeout = timeout;
  }

  /** Where it is. */
  public Context context() {
    return context;
  }

  /**
   * Calls a method by its name, and waits for its result: as long as it takes, unless the context
   * has a timeout ({@link Context#withTimeout}).
   *
   * @param <R> the result, which is cast to it unchecked
   * @param method the name of an exposed method with as many parameters as there are arguments
   * @param arguments sent by value; null elements are allowed where the method takes them
   * @return what the method returned
   * @throws CallException when the method throws, is not there, or may not be called from here
   * @throws DisconnectedException when the context is gone, or has no service
   * @throws CallTimeoutException when it takes longer than the timeout
   * @throws IllegalArgumentException when an argument can't be sent
   * @throws MitogenException when the answer can't be read, or the calling thread is interrupted,
   *     which it still is then
   */
  @SuppressWarnings("TypeParameterUnusedInFormals") // a caller by name knows the type
  public <R extends @Nullable Object> R call(String method, @Nullable Object... arguments) {
    Call<R> call = send(method, null, true, arguments);
    return call.await();
  }

  /** As {@link #call}, for a method without a result. */
  public void run(String method, @Nullable Object... arguments) {
    send(method, null, true, arguments).await();
  }

  /**
   * As {@link #call}, but does not wait for the result. The first call from above waits until the
   * service is started there.
   *
   * @param <R> the result, which is cast to it unchecked
   * @param method the name of an exposed method with as many parameters as there are arguments
   * @param arguments sent by value; elements may be null
   * @return a future, which has all failures
   */
  public <R extends @Nullable Object> Call<R> callAsync(
      String method, @Nullable Object... arguments) {
    return send(method, null, false, arguments);
  }

  /** As {@link #callAsync}, for a method without a result. */
  public Call<Void> runAsync(String method, @Nullable Object... arguments) {
    return send(method, null, false, arguments);
  }

  /**
   * As {@link #callAsync}, and forgets the call: when it fails, the failure is a warning in the
   * master's log.
   */
  public void fire(String method, @Nullable Object... arguments) {
    Call<Void> call = send(method, null, false, arguments);
    context.router().warnOfFailure(call);
  }

  /**
   * This service as an object of an interface, so that the compiler checks names and types. Each
   * method of the interface calls the service's exposed method of the same name and number of
   * parameters, and waits for its result; one that returns a {@link Future} or {@link
   * CompletionStage} returns a {@link Call} at once. The service's class need not implement the
   * interface. Does not block.
   *
   * @param <T> the interface
   * @param contract the class of the interface
   * @return an object for any thread, whose methods throw what {@link #call} throws
   * @throws IllegalArgumentException when the type is not an interface
   */
  public <T> T as(Class<T> contract) {
    if (!contract.isInterface()) {
      throw new IllegalArgumentException(
          contract.getName() + " is not an interface: a service can be seen as an interface only");
    }
    return contract.cast(
        Proxy.newProxyInstance(
            contract.getClassLoader(),
            new Class<?>[] {contract},
            (proxy, method, arguments) ->
                method.getDeclaringClass() == Object.class
                    ? own(proxy, method, arguments)
                    : invoke(method, arguments == null ? new Object[0] : arguments)));
  }

  /** Runs the methods of Object on the proxy: toString, equals, hashCode. */
  private Object own(Object proxy, Method method, Object[] arguments) {
    switch (method.getName()) {
      case "equals":
        return proxy == arguments[0];
      case "hashCode":
        return System.identityHashCode(proxy);
      default:
        return toString();
    }
  }

  private Object invoke(Method method, Object[] arguments) {
    Class<?> result = method.getReturnType();
    boolean async =
        result.isAssignableFrom(Call.class)
            && (Future.class.isAssignableFrom(result)
                || CompletionStage.class.isAssignableFrom(result));
    Call<Object> call = send(method.getName(), async ? null : method, !async, arguments);
    return async ? call : call.await();
  }

  /**
   * Starts the service if need be, and sends a call.
   *
   * @param contract the interface's method, whose result type counts where the service's class is
   *     not known; null for none
   */
  private <R> Call<R> send(String method, Method contract, boolean awaited, Object... arguments) {
    Router router = context.router();
    long begun = System.nanoTime();
    if (!started && router.messages.isTrustedBy(context.id())) {
      (timeout == null ? context : context.withTimeout(timeout)).run(ServicePool::start, name);
      started = true;
    }
    Call<R> call = new Call<>(router, context, name + "." + method);
    Method own = type == null ? contract : ServicePool.find(type, method, arguments.length);
    if (own != null) {
      call.declare(FunctionRef.of(own).declared);
    }
    if (timeout != null) {
      call.expire(timeout, begun);
    }
    call.send(
        Handle.SERVICE,
        e -> {
          e.u8(ServicePool.CALL);
          e.text(name);
          e.text(method);
          e.all(arguments);
          return new FunctionRef[0];
        },
        awaited);
    return call;
  }

  @Override
  public String toString() {
    return name + " in " + context;
  }
}
