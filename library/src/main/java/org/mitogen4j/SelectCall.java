package org.mitogen4j;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Function;

/** The source of the one reply of a call that has begun or is still to begin. */
final class SelectCall<R> extends SelectSource<R> {
  private final Context context;

  @GuardedBy("this")
  private Runnable listener;

  @GuardedBy("this")
  private Runnable whenDone;

  @GuardedBy("this")
  private Thread starter;

  @GuardedBy("this")
  private CompletionStage<? extends R> call;

  @GuardedBy("this")
  private Reply<R> reply;

  @GuardedBy("this")
  private boolean taken;

  @GuardedBy("this")
  private RuntimeException ending;

  SelectCall(Context context) {
    this.context = context;
  }

  /** Begins the call; may block until its context has room for it. */
  void start(Function<? super Context, ? extends CompletionStage<? extends R>> begin) {
    synchronized (this) {
      if (reply != null) {
        return; // too late
      }
      starter = Thread.currentThread();
    }
    CompletionStage<? extends R> begun = null;
    RuntimeException failure = null;
    try {
      begun = begin.apply(context);
      if (begun == null) {
        failure = new NullPointerException("the function that starts calls returned null");
      }
    } catch (RuntimeException e) {
      failure = e;
    } catch (Error e) {
      failure = new MitogenException("can't call " + context + ": " + e, e);
    } finally {
      synchronized (this) {
        starter = null;
        if (ending != null) {
          Thread.interrupted(); // that of expire or close
        }
      }
    }
    if (failure != null) {
      complete(Reply.failed(context, failure));
    } else {
      follow(begun);
    }
  }

  /** Takes the reply of a call that was begun. */
  void follow(CompletionStage<? extends R> begun) {
    RuntimeException late;
    synchronized (this) {
      call = begun;
      late = ending;
    }
    if (late != null) {
      stop(begun, late);
      return;
    }
    begun.whenComplete(
        (value, failure) ->
            complete(
                failure == null
                    ? Reply.of(context, value)
                    : Reply.failed(context, Call.unchecked(failure))));
  }

  private void complete(Reply<R> r) {
    Runnable told;
    Runnable done;
    synchronized (this) {
      if (reply != null) {
        return;
      }
      reply = r;
      told = listener;
      done = whenDone;
    }
    if (told != null) {
      told.run();
    }
    if (done != null) {
      done.run();
    }
  }

  /** Whether the select begins this call itself, and so counts it. */
  synchronized boolean begunHere() {
    return whenDone != null;
  }

  /** What to run once the call has ended; set before it is started. */
  synchronized void whenDone(Runnable run) {
    whenDone = run;
  }

  @Override
  void listen(Runnable told) {
    boolean now;
    synchronized (this) {
      listener = told;
      now = reply != null;
    }
    if (now) {
      told.run();
    }
  }

  @Override
  synchronized Reply<R> poll() {
    if (reply == null || taken) {
      return null;
    }
    taken = true;
    return reply;
  }

  @Override
  synchronized boolean ended() {
    return taken;
  }

  @Override
  void expire(String why) {
    end(new CallTimeoutException(context + " has not answered within " + why));
  }

  @Override
  void close() {
    end(new java.util.concurrent.CancellationException("the select was closed"));
  }

  private void end(RuntimeException why) {
    CompletionStage<? extends R> begun;
    synchronized (this) {
      if (reply != null) {
        return;
      }
      ending = why;
      begun = call;
      if (starter != null) {
        starter.interrupt();
      }
    }
    complete(Reply.failed(context, why));
    if (begun != null) {
      stop(begun, why);
    }
  }

  private static void stop(CompletionStage<?> begun, RuntimeException why) {
    if (begun instanceof Call) {
      ((Call<?>) begun).fail(why);
    } else if (begun instanceof Future) {
      ((Future<?>) begun).cancel(true);
    }
  }
}
