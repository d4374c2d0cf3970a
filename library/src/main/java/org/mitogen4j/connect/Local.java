package org.mitogen4j.connect;

import java.util.Collections;
import java.util.List;

/** A child on this machine, under this account. */
public final class Local extends CommandMethod<Local> {
  private static final long serialVersionUID = 1;

  private Local() {}

  public static Local create() {
    return new Local();
  }

  @Override
  protected List<String> command() {
    return Collections.emptyList();
  }

  @Override
  public String defaultName() {
    return "local";
  }

  @Override
  public String toString() {
    return "local";
  }
}
