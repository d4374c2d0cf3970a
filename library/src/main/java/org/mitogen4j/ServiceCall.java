package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.CompletionStage;
import org.mitogen4j.internal.context.ConversationId;
import org.mitogen4j.internal.context.codec.DeclaredType;
import org.mitogen4j.internal.context.functions.ExceptionDescription;
import org.mitogen4j.internal.kernel.CallHandler;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;

/** A call of a service's method that a thread of the pool has taken from the queue. */
final class ServiceCall implements Runnable {
  final ConversationId key;
  private final ServicePool pool;
  private final Message message;
  private ServedObject service;
  private ServedMethod method;
  private Object[] arguments;

  /** The key under which equal calls wait for this one; null for none. Guarded by the service. */
  Object question;

  @GuardedBy("this")
  private Thread thread;

  @GuardedBy("this")
  private boolean cancelled;

  ServiceCall(ServicePool pool, Message message) {
    this.pool = pool;
    this.message = message;
    key = new ConversationId(message.src, message.handle, message.replyTo);
  }

  synchronized void cancel() {
    cancelled = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  private synchronized void on(Thread now) throws InterruptedException {
    thread = now;
    if (now == null) {
      Thread.interrupted(); // clears an interrupt that was meant for this call, and came too late
    } else if (cancelled) {
      throw new InterruptedException("cancelled before it began");
    }
  }

  /** Reads the call and checks that its caller may make it, then hands it to the service. */
  @Override
  public void run() {
    try {
      Decoder d = new Decoder(pool.router.core(), message);
      d.u8();
      service = pool.service(d.text());
      String name = d.text();
      int count = d.count();
      method = service.method(name, count);
      if (method.to() != Exposed.To.ANYBODY && method.to() != Exposed.To.CHECKED) {
        check(pool.router.core().isParent(message.auth));
      }
      arguments = new Object[count];
      for (int i = 0; i < count; i++) {
        arguments[i] = argument(d, i);
      }
      if (method.to() == Exposed.To.CHECKED) {
        Context caller = pool.router.context(message.auth);
        check(((Guard) service.object).permits(caller, name, arguments));
      }
      service.take(this);
    } catch (RuntimeException | Error e) {
      answer(null, e);
    }
  }

  private void check(boolean permitted) {
    if (!permitted) {
      throw new SecurityException(
          "context " + message.auth + " may not call " + method + " of " + pool.router.core().name);
    }
  }

  private Object argument(Decoder d, int i) {
    d.expected = method.parameter(i);
    Object value = d.value();
    try {
      return DeclaredType.fit(method.parameter(i), value, d);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "argument " + (i + 1) + " of " + method + ": " + e.getMessage(), e);
    }
  }

  ServedMethod method() {
    return method;
  }

  Object[] arguments() {
    return arguments;
  }

  /** The bytes of the call's message. */
  int size() {
    return message.size;
  }

  /** Calls the method; the result goes to {@link ServedObject#done}. */
  void invoke() {
    try {
      Object result;
      try {
        on(Thread.currentThread());
        result = method.invoke(service.object, arguments);
      } finally {
        on(null);
      }
      if (result instanceof CompletionStage) {
        // answered by the pool: the program's thread that completes it must not wait for the caller
        ((CompletionStage<?>) result)
            .whenComplete((r, e) -> pool.run(() -> service.done(this, r, e)));
      } else {
        service.done(this, result, null);
      }
    } catch (InvocationTargetException e) {
      service.done(this, null, e.getCause());
    } catch (Throwable e) {
      service.done(this, null, e);
    }
  }

  /** Sends the answer; may wait for its reader. */
  void answer(Object result, Throwable failure) {
    pool.answer(this, message, () -> send(result, failure));
  }

  private void send(Object result, Throwable failure) {
    if (message.replyTo == 0) {
      return;
    }
    try {
      MessageSender messages = pool.router.messages;
      Encoder e = new Encoder(pool.router.core(), messages.isTrustedBy(message.src));
      e.u8(failure == null ? CallHandler.OK : CallHandler.FAILED);
      e.value(
          failure == null ? result : ExceptionDescription.of(failure, pool.router.runtime().limit));
      messages.prepare(message.src, e);
      int flags = message.flags & Header.BULK;
      pool.router.core().send(message.src, message.replyTo, 0, e, flags, true);
    } catch (DeadException e) {
      // the caller is gone, or the thread that answers was interrupted
      dead(e.cause);
    } catch (RuntimeException | Error e) {
      if (failure == null) {
        send(null, e); // a result that can't be sent
      } else {
        dead(
            new EndCause(
                EndCause.FAILED, failure.getClass().getName())); // a failure that can't be sent
      }
    }
  }

  private void dead(EndCause cause) {
    pool.router.messages.dead(message.src, message.replyTo, cause);
  }
}
