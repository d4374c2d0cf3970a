package org.mitogen4j.internal.kernel;

import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Runs the functions that parents call.
 *
 * <p>A call is a text, {@code class.name;method;descriptor}, and the arguments; for a method of an
 * object the first argument is the object, a constructor's name is {@code <init>}. The answer is a
 * byte 0 and the result, or a byte 1 and the exception.
 */
public final class CallHandler extends Handler {
  public static final int OK = 0;
  public static final int FAILED = 1;

  final MessageRouter router;

  /** The calls that run or wait for a thread, by caller and the handle that they reply to. */
  public final Map<String, IncomingCall> running = new ConcurrentHashMap<>();

  private final Map<String, Object> functions = new ConcurrentHashMap<>();

  CallHandler(MessageRouter router) {
    this.router = router;
  }

  @Override
  public void receive(Message m) {
    IncomingCall call = new IncomingCall(m);
    running.put(call.key, call);
    router.execute(call);
  }

  /** One call. */
  public final class IncomingCall implements Runnable, BiConsumer<Object, Object> {
    private final Message message;
    final String key;

    /** The CompletionStage that the function returned, until it is complete; null for none. */
    public volatile Object stage;

    // written while this call is locked

    /** The thread that runs it. */
    public volatile Thread thread;

    /** Why it is to end, or not to begin. */
    public volatile String cancelled;

    IncomingCall(Message message) {
      this.message = message;
      key = message.src + "." + message.replyTo;
    }

    private synchronized void on(Thread now) throws InterruptedException {
      thread = now;
      if (now == null) {
        Thread.interrupted(); // an interrupt that came too late must not hit the next call
      } else if (cancelled != null) {
        throw new InterruptedException(cancelled);
      }
    }

    @Override
    public void run() {
      if (router.extension != null) {
        router.extension.begun(message);
      }
      try {
        Object result;
        try {
          on(Thread.currentThread());
          Decoder d = new Decoder(router, message);
          result = invoke(d.text(), d.all());
        } finally {
          on(null);
        }
        if (result instanceof CompletionStage) {
          stage = result;
          ((CompletionStage<?>) result).whenComplete(this);
        } else {
          accept(result, null);
        }
      } catch (Throwable e) {
        accept(null, e instanceof InvocationTargetException ? e.getCause() : e);
      }
    }

    @Override
    public void accept(Object result, Object failure) {
      running.remove(key, this);
      try {
        if (message.replyTo != 0) {
          Encoder e = new Encoder(router, false);
          e.u8(failure == null ? OK : FAILED);
          e.value(failure == null ? result : router.extension().describe((Throwable) failure));
          int flags = message.flags & Header.BULK;
          // if more calls wait for a thread, this answer is written together with the next one
          boolean alone = router.extension == null || router.extension.queued() == 0;
          router.send(message.src, message.replyTo, 0, e, flags, alone);
        }
      } catch (RuntimeException | Error e) {
        if (failure == null && !(e instanceof DeadException)) {
          accept(null, e); // a result that can't be sent
        } else { // the caller is gone, this thread was interrupted, or there is no memory
          EndCause cause = new EndCause(EndCause.FAILED, e.getMessage());
          router.tell(message.src, message.replyTo, cause, Header.DEAD);
        }
      }
    }
  }

  /**
   * Calls a function by its name; an exception that it throws is in an InvocationTargetException.
   */
  public Object invoke(String name, Object[] args) throws Exception {
    Object function = functions.get(name);
    if (function == null) {
      functions.put(name, function = find(name));
    }
    return function instanceof Method
            && java.lang.reflect.Modifier.isStatic(((Method) function).getModifiers())
        ? ((Method) function).invoke(null, args)
        : router.extension().invoke(function, args);
  }

  private Object find(String name) throws ReflectiveOperationException {
    String[] names = name.split(";", 3); // the JVM allows no ; in names of classes and methods
    ClassLoader loader = CallHandler.class.getClassLoader();
    Class<?> type = Class.forName(names[0], true, loader);
    MethodType signature = MethodType.fromMethodDescriptorString(names[2], loader);
    try {
      Method found = type.getDeclaredMethod(names[1], signature.parameterArray());
      if (found.getReturnType() == signature.returnType()) {
        found.setAccessible(true);
        return found;
      }
    } catch (NoSuchMethodException | RuntimeException e) {
      // a constructor, an inherited method, one of the JDK's
    }
    return router.extension().find(type, names[1], names[2]);
  }
}
