package org.mitogen4j.examples;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
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
 * With {@code --explain} it also tells what each start runs and writes, how long its steps took,
 * and which classes went to which context and why; with {@code --dry-run} it tells what they would,
 * and starts nothing. The exit code is 1 when a context failed.
 */
public final class Demo {
  private static final int CHILDREN = 2;

  /** Tells at FINE which class went to which context, and why. */
  private static final Logger CLASSES = Logger.getLogger("org.mitogen4j.classes");

  private Demo() {}

  /** Runs in each context: what there is where its JVM was started. */
  static String look(String path) {
    long gib = new File(path).getUsableSpace() >> 30;
    return gib + " GiB free, " + Runtime.getRuntime().availableProcessors() + " processors";
  }

  public static void main(String[] args) throws Exception {
    List<List<ConnectionMethod<?>>> ways = new ArrayList<>();
    Set<Option> options = EnumSet.noneOf(Option.class);
    try {
      for (String arg : args) {
        if (arg.startsWith("--")) {
          options.add(option(arg));
          continue;
        }
        ways.add(ConnectionString.parse(arg.contains("://") ? arg : "ssh://" + arg).methods());
      }
    } catch (IllegalArgumentException e) {
      System.err.println("demo: " + e.getMessage());
      System.exit(2);
    }
    List<String> sent = options.contains(Option.EXPLAIN) ? sentClasses() : new ArrayList<>();
    Map<Integer, String> answers = new HashMap<>();
    boolean failed = false;
    try (Router router = Router.create()) {
      if (!options.isEmpty()) {
        explain(router, ways);
        if (options.contains(Option.DRY_RUN)) {
          return;
        }
      }
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
      if (options.contains(Option.EXPLAIN)) {
        System.out.println(
            "How long after the program asked for it each step of a start was over:");
        for (Context context : router.contexts()) {
          System.out.println("  " + context + ": " + context.info().timeline());
        }
        System.out.println("Classes of the program, to whom they went and why:");
        for (String line : sent) {
          System.out.println("  " + line);
        }
        for (Context context : router.contexts()) {
          System.out.println("  " + context + ": " + context.classTraffic());
        }
      }
    }
    if (failed) {
      System.exit(1);
    }
  }

  private enum Option {
    EXPLAIN,
    DRY_RUN
  }

  private static Option option(String text) {
    for (Option option : Option.values()) {
      if (text.equals("--" + option.name().toLowerCase(Locale.ROOT).replace('_', '-'))) {
        return option;
      }
    }
    throw new IllegalArgumentException(
        "there is no option '" + text + "', only --explain and --dry-run");
  }

  /** Lines of the log of classes, to which more are added as classes are sent. */
  private static List<String> sentClasses() {
    List<String> lines = new CopyOnWriteArrayList<>();
    CLASSES.setLevel(Level.FINE);
    CLASSES.setUseParentHandlers(false);
    CLASSES.addHandler(
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            String line = new SimpleFormatter().formatMessage(record);
            if (!line.contains("of the library's bundle")) {
              lines.add(line);
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        });
    return lines;
  }

  /** What each start runs and writes; nothing is started. */
  private static void explain(Router router, List<List<ConnectionMethod<?>>> ways) {
    System.out.println("What is run and written, with secrets masked:");
    if (ways.isEmpty()) {
      System.out.print(router.explain(Arrays.asList(Local.create(), Local.create())));
    }
    for (List<ConnectionMethod<?>> way : ways) {
      List<ConnectionMethod<?>> all = new ArrayList<>(way);
      all.add(Local.create());
      System.out.print(router.explain(all));
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
