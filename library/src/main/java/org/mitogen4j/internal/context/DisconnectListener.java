package org.mitogen4j.internal.context;

import java.util.Collection;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Handler;

/** A handler that several contexts may send to, and that is told when any contexts are gone. */
public abstract class DisconnectListener extends Handler {
  /** Contexts are gone. Called on a reading thread; must not block. */
  protected abstract void gone(Collection<Integer> contexts, EndCause cause);
}
