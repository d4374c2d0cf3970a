package org.mitogen4j.connect;

import java.io.File;
import java.util.Collections;
import java.util.List;
import org.mitogen4j.connect.spi.CommandMethod;

/** A child on this machine, under this account; by default with the java that runs its parent. */
public final class Local extends CommandMethod<Local> {
  private static final long serialVersionUID = 1;

  private Local() {}

  /**
   * Makes a connection method.
   *
   * @return a method with the default settings
   */
  public static Local create() {
    return new Local();
  }

  @Override
  protected List<String> command() {
    return Collections.emptyList();
  }

  /** The java program that runs the parent; null where it is not in its usual place. */
  @Override
  protected String defaultJavaPath() {
    File java = new File(System.getProperty("java.home"), "bin/java");
    return java.canExecute() ? java.getPath() : null;
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
