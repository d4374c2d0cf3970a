package org.mitogen4j;

/**
 * A service that decides by itself who may call its methods that are {@link Exposed.To#CHECKED}.
 */
public interface Guard {
  /**
   * Whether a call may go ahead. Called on a thread of the pool, for several calls at the same
   * time. A caller that is refused gets a {@link SecurityException} in a {@link CallException}.
   *
   * @param caller the calling context, which the routers on the way have verified
   * @param method the name of the method
   * @param arguments the arguments that the method is going to get; elements may be null
   * @return false to refuse the call
   */
  boolean permits(Context caller, String method, Object[] arguments);
}
