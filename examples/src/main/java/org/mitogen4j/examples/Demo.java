package org.mitogen4j.examples;

import java.io.File;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mitogen4j.Context;
import org.mitogen4j.MitogenException;
import org.mitogen4j.Reply;
import org.mitogen4j.Router;
import org.mitogen4j.Select;
import org.mitogen4j.connect.ConnectionString;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * Grows a small tree of contexts, calls functions of this very file in them, and prints what they
 * answer as it comes, and the tree. Without arguments on this machine, else on hosts that ssh
 * reaches, {@code [user@]host ...}, or at the end of ways as {@link ConnectionString} reads them.
 * The exit code is 1 when a context failed.
 */
public final class Demo {
  private static final int CHILDREN = 2;

  private Demo() {}

  /** Runs in each context: what there is where its JVM was started. */
  static String look(String path) {
    long gib = new File(path).getUsableSpace() >> 30;
    return gib + " GiB free, " + Runtime.getRuntime().availableProcessors() + " processors";
  }

  public static void main(String[] args) throws Exception {
    List<List<ConnectionMethod<?>>> ways = new ArrayList<>();
    try {
      for (String arg : args) {
        ways.add(ConnectionString.parse(arg.contains("://") ? arg : "ssh://" + arg).methods());
      }
    } catch (IllegalArgumentException e) {
      System.err.println("demo: " + e.getMessage());
      System.exit(2);
    }
    Map<Integer, String> answers = new HashMap<>();
    boolean failed = false;
    try (Router router = Router.create()) {
      List<Context> contexts = ways.isEmpty() ? here(router) : there(router, ways);
      System.out.println("Answers, as they come:");
      for (Reply<String> reply : Select.all(contexts, c -> c.callAsync(Demo::look, "/"))) {
        String answer;
        try {
          answer = reply.get();
        } catch (MitogenException e) {
          answer = "failed: " + e.getMessage();
          failed = true;
        }
        System.out.println("  " + reply.context() + ": " + answer);
        answers.put(reply.context().id(), answer);
      }
      System.out.println("The tree:");
      for (String line : router.describe().split("\n")) {
        int id = Integer.parseInt(line.trim().split(" ")[0]);
        System.out.println("  " + line + (answers.containsKey(id) ? ": " + answers.get(id) : ""));
      }
    }
    if (failed) {
      System.exit(1);
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

  /** A context on each host or at the end of each way, and a child of each there. */
  private static List<Context> there(Router router, List<List<ConnectionMethod<?>>> ways) {
    List<Context> contexts = new ArrayList<>();
    for (List<ConnectionMethod<?>> way : ways) {
      Context at = router.self();
      for (ConnectionMethod<?> method : way) {
        at = at.connectAsync(method);
      }
      contexts.add(at);
      contexts.add(at.connectAsync(Local.create()));
    }
    return contexts;
  }
}
