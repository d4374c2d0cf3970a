package org.mitogen4j;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.internal.context.threads.ElasticPool;

/** A context as an executor; see {@link Context#executor}. */
final class ContextExecutor extends AbstractExecutorService {
  /** The JDK's wrapper that runs one of our futures, then adds it to its completion queue. */
  private static final String QUEUEING =
      "java.util.concurrent.ExecutorCompletionService$QueueingFuture";

  private final Context context;
  private final CompletableFuture<Void> terminated = new CompletableFuture<>();

  /** The futures of all tasks that have not ended. */
  @GuardedBy("this")
  private final Set<Object> pending = new HashSet<>();

  @GuardedBy("this")
  private boolean shutdown;

  /** Runs tasks whose callers must see them run in this process; made when it is first needed. */
  @GuardedBy("this")
  private ElasticPool local;

  ContextExecutor(Context context) {
    this.context = context;
  }

  /** A task that runs in the context when it is executed. */
  private final class Task<T> extends CompletableFuture<T> implements RunnableFuture<T> {
    private final FunctionRef function;
    private final T result;

    Task(FunctionRef function, T result) {
      this.function = function;
      this.result = result;
    }

    @CanIgnoreReturnValue // this is completed as the call is
    @SuppressWarnings("FutureReturnValueIgnored") // whenComplete returns a copy of this
    private Call<T> begin() {
      Call<T> call = ContextExecutor.this.begin(function);
      call.whenEnded(
          (value, failure) -> {
            if (failure == null) {
              complete(result == null ? value : result);
            } else {
              completeExceptionally(failure);
            }
          });
      whenComplete(
          (value, failure) -> {
            if (isCancelled()) {
              call.cancel(true);
            }
          });
      return call;
    }

    @Override
    public void run() {
      Call<T> call = begin();
      try {
        call.get();
      } catch (InterruptedException e) {
        cancel(true);
        Thread.currentThread().interrupt();
      } catch (java.util.concurrent.ExecutionException
          | java.util.concurrent.CancellationException e) {
        // is in the future
      }
    }
  }

  private <T> Call<T> begin(FunctionRef function) {
    Call<T> call = context.send(function, false);
    synchronized (this) {
      pending.add(call);
    }
    call.whenEnded((value, failure) -> ended(call));
    return call;
  }

  private synchronized void check() {
    if (shutdown) {
      throw new RejectedExecutionException("the executor of " + context + " is shut down");
    }
  }

  private synchronized void ended(Object future) {
    pending.remove(future);
    if (shutdown && pending.isEmpty()) {
      terminated.complete(null);
    }
  }

  private FunctionRef function(Object task, Class<?> shape) {
    if (!(task instanceof Serializable)) {
      String type = shape.getSimpleName();
      throw new RejectedExecutionException(
          "a task of type "
              + task.getClass().getName()
              + " is not Serializable, so it can't be sent to "
              + context
              + ": write ("
              + type
              + " & Serializable) () -> ..., or a class that implements both");
    }
    return FunctionRef.of((Serializable) task, shape);
  }

  @Override
  protected <T> RunnableFuture<T> newTaskFor(Callable<T> task) {
    return new Task<>(function(task, Callable.class), null);
  }

  @Override
  protected <T> RunnableFuture<T> newTaskFor(Runnable task, T result) {
    return new Task<>(function(task, Runnable.class), result);
  }

  @Override
  public <T> Call<T> submit(Callable<T> task) {
    check();
    return begin(function(task, Callable.class));
  }

  @Override
  public Call<?> submit(Runnable task) {
    check();
    return begin(function(task, Runnable.class));
  }

  @Override
  public void execute(Runnable task) {
    check();
    if (task instanceof Task) {
      ((Task<?>) task).begin();
    } else if (task.getClass().getName().equals(QUEUEING)) {
      locally(task);
    } else if (task instanceof CompletableFuture.AsynchronousCompletionTask) {
      throw new RejectedExecutionException(
          "CompletableFuture does not show its executor which function to run: use callAsync of "
              + context
              + ", which returns a CompletableFuture");
    } else {
      Call<?> call = begin(function(task, Runnable.class));
      call.context().router().warnOfFailure(call);
    }
  }

  private synchronized void locally(Runnable task) {
    if (local == null) {
      local = context.router().threads();
    }
    pending.add(task);
    local.submit(
        () -> {
          task.run();
          ended(task);
        });
  }

  @Override
  public synchronized void shutdown() {
    shutdown = true;
    ended(null);
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown();
    List<Object> rest;
    synchronized (this) {
      rest = new ArrayList<>(pending);
    }
    for (Object future : rest) {
      ((Future<?>) future).cancel(true);
    }
    return Collections.emptyList();
  }

  @Override
  public synchronized boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return terminated.isDone();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    try {
      terminated.get(timeout, unit);
      return true;
    } catch (java.util.concurrent.TimeoutException e) {
      return false;
    } catch (java.util.concurrent.ExecutionException e) {
      throw new AssertionError(e); // it never fails
    }
  }
}
