package org.mitogen4j.examples;

import java.util.Arrays;
import java.util.List;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.CommandMethod;

// tag::nice
/** A child on this machine that leaves the processor to others: a connection method of our own. */
public final class Nice extends CommandMethod<Nice> {
  private static final long serialVersionUID = 1;

  private int niceness = 10;

  /** Reads like those of the library: each setting returns a changed copy. */
  public Nice by(int n) {
    return with(method -> method.niceness = n);
  }

  @Override
  protected List<String> command() {
    return Arrays.asList("nice", "-n", String.valueOf(niceness)); // the child's shell follows
  }

  @Override
  protected Reason reason(int exitCode, String errors) {
    return exitCode == 125 ? Reason.CLIENT_MISSING : null; // null: what the library makes of it
  }

  @Override
  public String defaultName() {
    return "nice";
  }

  @Override
  public String toString() {
    return "nice " + niceness;
  }
}
// end::nice
