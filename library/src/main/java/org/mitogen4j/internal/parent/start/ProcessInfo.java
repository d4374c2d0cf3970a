package org.mitogen4j.internal.parent.start;

import org.mitogen4j.connect.spi.ProcessId;
import org.mitogen4j.internal.context.process.HostName;

/** Describes this process, for the process lists of the machines on which it starts children. */
public final class ProcessInfo {
  private ProcessInfo() {}

  /** {@code mitogen:user@host:pid} */
  static String describe() {
    return "mitogen:"
        + System.getProperty("user.name")
        + "@"
        + HostName.own()
        + ":"
        + ProcessId.own();
  }
}
