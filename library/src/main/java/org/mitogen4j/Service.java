package org.mitogen4j;

import java.lang.reflect.Method;
import java.time.Duration;
import org.mitogen4j.internal.kernel.Handle;

/**
 * A service in another context, whose {@link Exposed} methods can be called by name. Got from
 * {@link Context#service}. From above, the first call starts the service there when it is not
 * running; from elsewhere it must be.
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

  /** Calls a method, and waits for its result. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // who calls by name knows the type
  public <R> R call(String method, Object... arguments) {
    Call<R> call = send(method, true, arguments);
    return call.await();
  }

  /** Calls a method, and does not wait, but for the service to be started at the first call. */
  public <R> Call<R> callAsync(String method, Object... arguments) {
    return send(method, false, arguments);
  }

  private <R> Call<R> send(String method, boolean awaited, Object... arguments) {
    Router router = context.router();
    long begun = System.nanoTime();
    if (!started && router.delivery.isTrustedBy(context.id())) {
      (timeout == null ? context : context.timeout(timeout)).run(ServicePool::start, name);
      started = true;
    }
    Call<R> call = new Call<>(router, context, name + "." + method);
    Method declared = type == null ? null : ServicePool.find(type, method, arguments.length);
    if (declared != null) {
      call.declare(FunctionRef.of(declared).declared);
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
