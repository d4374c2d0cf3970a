package org.mitogen4j;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Functional interfaces for functions that are called in other contexts: {@code RemoteFunctionN}
 * with N arguments and a result, {@code RemoteActionN} with N arguments and no result. They are
 * written as lambdas or method references. Their one method runs in the other context, on a thread
 * of its pool, and may block; the parameters a, b, c and d are the arguments in their order. An
 * exception that it throws arrives at the caller as a {@link CallException}.
 */
public final class Functions {
  private Functions() {}

  /** Without an argument. */
  @FunctionalInterface
  public interface RemoteFunction0<R extends @Nullable Object> extends Serializable {
    /** Runs in the other context; its result is sent back. */
    R call() throws Exception;
  }

  /** With one argument. */
  @FunctionalInterface
  public interface RemoteFunction1<A extends @Nullable Object, R extends @Nullable Object>
      extends Serializable {
    /** Runs in the other context; its result is sent back. */
    R call(A a) throws Exception;
  }

  /** With two arguments. */
  @FunctionalInterface
  public interface RemoteFunction2<
          A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
      extends Serializable {
    /** Runs in the other context; its result is sent back. */
    R call(A a, B b) throws Exception;
  }

  /** With three arguments. */
  @FunctionalInterface
  public interface RemoteFunction3<
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          R extends @Nullable Object>
      extends Serializable {
    /** Runs in the other context; its result is sent back. */
    R call(A a, B b, C c) throws Exception;
  }

  /** With four arguments. */
  @FunctionalInterface
  public interface RemoteFunction4<
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          D extends @Nullable Object,
          R extends @Nullable Object>
      extends Serializable {
    /** Runs in the other context; its result is sent back. */
    R call(A a, B b, C c, D d) throws Exception;
  }

  /** Without an argument or a result. */
  @FunctionalInterface
  public interface RemoteAction0 extends Serializable {
    /** Runs in the other context. */
    void run() throws Exception;
  }

  /** With one argument and no result. */
  @FunctionalInterface
  public interface RemoteAction1<A extends @Nullable Object> extends Serializable {
    /** Runs in the other context. */
    void run(A a) throws Exception;
  }

  /** With two arguments and no result. */
  @FunctionalInterface
  public interface RemoteAction2<A extends @Nullable Object, B extends @Nullable Object>
      extends Serializable {
    /** Runs in the other context. */
    void run(A a, B b) throws Exception;
  }

  /** With three arguments and no result. */
  @FunctionalInterface
  public interface RemoteAction3<
          A extends @Nullable Object, B extends @Nullable Object, C extends @Nullable Object>
      extends Serializable {
    /** Runs in the other context. */
    void run(A a, B b, C c) throws Exception;
  }

  /** With four arguments and no result. */
  @FunctionalInterface
  public interface RemoteAction4<
          A extends @Nullable Object,
          B extends @Nullable Object,
          C extends @Nullable Object,
          D extends @Nullable Object>
      extends Serializable {
    /** Runs in the other context. */
    void run(A a, B b, C c, D d) throws Exception;
  }
}
