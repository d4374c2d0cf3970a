package org.mitogen4j.connect;

/** A child on this machine, under this account. */
public final class Local extends ConnectionMethod<Local> {
  private static final long serialVersionUID = 1;

  private Local() {}

  public static Local create() {
    return new Local();
  }

  @Override
  public Connection open(Bootstrap bootstrap) throws ConnectException {
    return ProcessConnection.start(bootstrap.arguments(), bootstrap.preamble());
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
