package org.mitogen4j.examples;

import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.Shell;
import org.mitogen4j.StartException;
import org.mitogen4j.connect.Ssh;

/** Unpacks an application on hosts where it was copied to: a program in a single file. */
public final class InstallApp {
  private InstallApp() {}

  /** Installs on the hosts given as arguments. */
  public static void main(String[] hosts) throws StartException {
    try (Router router = Router.create()) {
      for (String host : hosts) {
        Context context = router.connect(Ssh.host(host));
        context.run(InstallApp::installApp, "app.tar.gz", "/opt/app");
      }
    }
  }

  // tag::install
  /** Installs our application. What tar prints arrives in the log of the master. */
  static void installApp(String archive, String folder) {
    Shell.check("mkdir -p " + folder + " && tar zxvf " + archive + " -C " + folder);
  }
  // end::install
}
