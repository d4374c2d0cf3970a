package org.mitogen4j.examples;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.Call;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.Ssh;

/**
 * Grows a small tree of contexts, calls functions of this very file in them, and prints what they
 * answer as it comes. Without arguments on this machine, else on hosts that ssh reaches: {@code
 * [user@]host ...}.
 */
public final class Demo {
  private static final int CHILDREN = 2;

  private Demo() {}

  /** Runs in a context: how much space is left where its JVM was started. */
  static String look(String question) {
    File here = new File(".").getAbsoluteFile();
    long gib = here.getUsableSpace() >> 30;
    return question
        + " "
        + gib
        + " GiB free, "
        + Runtime.getRuntime().availableProcessors()
        + " CPUs";
  }

  public static void main(String[] hosts) throws Exception {
    try (Router router = Router.create()) {
      List<Context> contexts = hosts.length == 0 ? here(router) : there(router, hosts);
      System.out.println("Answers, as they come:");
      List<Call<String>> calls = new ArrayList<>();
      for (Context context : contexts) {
        calls.add(context.callAsync(Demo::look, "I see"));
      }
      for (Call<String> call : calls) {
        call.whenComplete(
            (answer, failure) ->
                System.out.println(
                    "  " + call.context() + ": " + (failure == null ? answer : failure)));
      }
      boolean failed = false;
      for (Call<String> call : calls) {
        try {
          call.get();
        } catch (java.util.concurrent.ExecutionException e) {
          failed = true;
        }
      }
      System.out.println("The tree:");
      System.out.print(router.describe());
      if (failed) {
        System.exit(1);
      }
    }
  }

  /** Children of this program, and children of theirs, all started at once. */
  private static List<Context> here(Router router) {
    List<Context> contexts = new ArrayList<>();
    for (int i = 0; i < CHILDREN; i++) {
      Context child = router.connectAsync(Local.create().name("child" + i));
      contexts.add(child);
      contexts.add(child.connectAsync(Local.create().name("grandchild" + i)));
    }
    return contexts;
  }

  /** A context on each host, and a child of each there. */
  private static List<Context> there(Router router, String[] hosts) {
    List<Context> contexts = new ArrayList<>();
    for (String host : hosts) {
      int at = host.lastIndexOf('@');
      Ssh ssh = Ssh.host(host.substring(at + 1));
      Context child = router.connectAsync(at < 0 ? ssh : ssh.user(host.substring(0, at)));
      contexts.add(child);
      contexts.add(child.connectAsync(Local.create()));
    }
    return contexts;
  }
}
