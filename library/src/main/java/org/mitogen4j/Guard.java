package org.mitogen4j;

/**
 * A service that decides by itself who may call its methods that are {@link Exposed.To#CHECKED}.
 */
public interface Guard {
  /**
   * Whether a call may go ahead. Called on a thread of the pool, for several calls at the same
   * time. A caller that is refused gets a {@link SecurityException} in a {@link CallException}.
   *
   * @param caller the context that calls, really
   * @param arguments as the method is going to get them
   */
  boolean permits(Context caller, String method, Object[] arguments);
}
