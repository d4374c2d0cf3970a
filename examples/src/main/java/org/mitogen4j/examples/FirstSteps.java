package org.mitogen4j.examples;

import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.Call;
import org.mitogen4j.CallException;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.RouterOptions;
import org.mitogen4j.SharedProcess;
import org.mitogen4j.StartException;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.Ssh;
import org.mitogen4j.connect.spi.ConnectionMethod;

/** The pieces of code in the README and the guide. Each is run by a test. */
final class FirstSteps {
  private FirstSteps() {}

  // tag::function
  static long freeBytes(String path) {
    return new File(path).getUsableSpace();
  }

  // end::function

  static long onAnotherMachine(ConnectionMethod<?> method) throws StartException {
    // tag::first
    try (Router router = Router.create()) {
      Context host = router.connect(method); // such as Ssh.host("web1").user("deploy")
      return host.call(FirstSteps::freeBytes, "/tmp");
    }
    // end::first
  }

  static String behindABastion(ConnectionMethod<?> bastion, ConnectionMethod<?> inner)
      throws StartException {
    try (Router router = Router.create()) {
      // tag::via
      Context outside = router.connect(bastion);
      Context inside = outside.connect(inner);
      return inside.call(() -> System.getProperty("java.version"));
      // end::via
    }
  }

  static List<String> many(List<? extends ConnectionMethod<?>> hosts) throws Exception {
    List<String> answers = new ArrayList<>();
    try (Router router = Router.create()) {
      // tag::many
      List<Call<Long>> calls = new ArrayList<>();
      for (ConnectionMethod<?> method : hosts) {
        Context host = router.connectAsync(method); // starts up to 32 at a time, waits for none
        calls.add(host.callAsync(FirstSteps::freeBytes, "/tmp"));
      }
      for (Call<Long> call : calls) {
        answers.add(call.context() + ": " + call.get());
      }
      // end::many
    }
    return answers;
  }

  static boolean twoPlugins(ConnectionMethod<?> method, ClassLoader plugin, ClassLoader otherPlugin)
      throws StartException {
    // tag::plugins
    try (Router first = Router.create(RouterOptions.defaults().classLoader(plugin));
        Router second = Router.create(RouterOptions.defaults().classLoader(otherPlugin))) {
      Context host = first.connect(method);
      Context sameProcess = second.connect(SharedProcess.with(host));
      return sameProcess.info().pid() == host.info().pid(); // true
    }
    // end::plugins
  }

  static String failures(Context context) {
    // tag::failure
    try {
      return context.withTimeout(Duration.ofSeconds(10)).call(Integer::parseInt, "many").toString();
    } catch (CallException e) {
      return e.remoteType() + " in " + context; // java.lang.NumberFormatException in web1 (1)
    }
    // end::failure
  }

  static ConnectionMethod<?> settings() {
    // tag::settings
    return Ssh.host("web1")
        .user("deploy")
        .identityFile("/home/me/.ssh/deploy")
        .hostKeys(Ssh.HostKeys.ACCEPT_NEW)
        .javaPath("/opt/java/bin/java")
        .jvmArguments("-Xmx64m")
        .connectTimeout(Duration.ofSeconds(10));
    // end::settings
  }

  static ConnectionMethod<?> local() {
    return Local.create();
  }
}
