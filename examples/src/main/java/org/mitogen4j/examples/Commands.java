package org.mitogen4j.examples;

import java.time.Duration;
import org.mitogen4j.Context;
import org.mitogen4j.Receiver;
import org.mitogen4j.Shell;
import org.mitogen4j.ShellResult;

/** The pieces of code of the guide that are about commands. Each is run by a test. */
final class Commands {
  private Commands() {}

  static String hostname(Context context) {
    // tag::shell
    context.call(Shell::run, "hostname; uptime"); // prints to the log of the master
    context.run(Shell::check, "mkdir -p /tmp/app"); // fails when the command does
    String name = context.call(Shell::output, "hostname");
    // end::shell
    return name;
  }

  static ShellResult build(Context context, String folder) {
    // tag::settings
    Shell make =
        Shell.program("make", "-j4", "all")
            .folder(folder)
            .environment("CFLAGS", "-O2")
            .limit(Shell.Limit.CPU_SECONDS, 600)
            .timeout(Duration.ofMinutes(10));
    ShellResult result = context.call(make::capture);
    System.out.println(result.succeeded() ? result.output() : result + ": " + result.errors());
    // end::settings
    return result;
  }

  static long errors(Context context, String log) {
    long count = 0;
    // tag::lines
    try (Receiver<String> lines = Shell.program("tail", "-F", log).lines(context)) {
      for (String line : lines) {
        count += line.contains("ERROR") ? 1 : 0;
        if (line.equals("END")) {
          break; // closing the receiver ends the command
        }
      }
    }
    // end::lines
    return count;
  }
}
