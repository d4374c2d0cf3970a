package org.mitogen4j.examples;

import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.Secret;
import org.mitogen4j.Shell;
import org.mitogen4j.StartException;
import org.mitogen4j.connect.Docker;
import org.mitogen4j.connect.Ssh;
import org.mitogen4j.connect.Sudo;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** Runs a script in a container that only one account of a host behind a bastion can enter. */
public final class NightlyBilling {
  private NightlyBilling() {}

  /** The password is read from the environment. */
  public static void main(String[] args) throws StartException {
    String given = System.getenv("SUDO_PASSWORD");
    if (given == null) {
      System.err.println("set SUDO_PASSWORD to the password that sudo asks for");
      System.exit(2);
    }
    int status;
    try (Router router = Router.create();
        Secret password = Secret.of(given)) {
      // tag::billing
      Context bastion = router.connect(Ssh.host("jump-box.mycorp.com"));
      Context docker = bastion.connect(Ssh.host("docker-a.prod.mycorp.com"));
      Context account = docker.connect(Sudo.user("deploy").password(password));
      Context billing = account.connect(Docker.container("billing0"));

      status = billing.call(Shell::run, "./run-nightly-billing.sh");
      // end::billing
    }
    System.exit(status); // behind the router's end: what was printed has been logged
  }

  /** The same along any way. */
  public static int run(Router router, String command, ConnectionMethod<?>... way)
      throws StartException {
    Context context = router.self();
    for (ConnectionMethod<?> method : way) {
      context = context.connect(method);
    }
    return context.call(Shell::run, command);
  }
}
