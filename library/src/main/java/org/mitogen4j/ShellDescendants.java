package org.mitogen4j;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.internal.context.threads.Deadline;

/**
 * A process and its descendants: found in {@code /proc} where the system has it, else by {@code
 * ps}. Java itself lists them only since version 9, and not those whose parent has ended.
 */
final class ShellDescendants {
  private static final File PROC = new File("/proc");
  private static final long POLL_MILLIS = 10;

  /**
   * The index of the start time in {@code /proc/PID/stat}, counted behind the name; see proc(5).
   */
  private static final int BEGAN = 19;

  /** How long {@code kill} and {@code ps} may take, in milliseconds. */
  private static final long TOOL_MILLIS = 1000;

  private final Process process;
  private final long root;
  private final boolean ownSession;

  /** The start times of the processes found so far, by pid: their parents may have ended since. */
  private final Map<Long, String> found = new HashMap<>();

  /**
   * @param ownSession whether the process leads a session, so that all in it belong to it
   */
  ShellDescendants(Process process, boolean ownSession) {
    this.process = process;
    this.ownSession = ownSession;
    root = pid(process);
  }

  /** A row of the system's table of processes. */
  private static final class Row {
    final long pid;
    final long parent;
    final long group;
    final long session;

    /** The start time: tells the process from a later one that has the same pid. */
    final String began;

    Row(long pid, long parent, long group, long session, String began) {
      this.began = began;
      this.pid = pid;
      this.parent = parent;
      this.group = group;
      this.session = session;
    }
  }

  private static long pid(Process process) {
    try {
      Method pid = Process.class.getMethod("pid");
      return (long) pid.invoke(process);
    } catch (ReflectiveOperationException java8) {
      try {
        Field pid = process.getClass().getDeclaredField("pid");
        pid.setAccessible(true);
        return pid.getInt(process);
      } catch (ReflectiveOperationException | RuntimeException unknown) {
        return 0;
      }
    }
  }

  /**
   * Sends a signal to all processes, and waits until all have ended.
   *
   * @param signal its name, such as TERM
   * @param nanos how long to wait at most
   * @return whether all have ended
   */
  boolean end(String signal, long nanos) throws InterruptedException {
    Deadline deadline = Deadline.afterNanos(nanos);
    Set<Long> left = members();
    if (!left.isEmpty()) {
      signal(signal, left);
    }
    while (!left.isEmpty() && deadline.nanosLeft() > 0) {
      Thread.sleep(POLL_MILLIS);
      left = members();
    }
    return left.isEmpty();
  }

  /** The pid of the process itself; 0 where it is not known. */
  long root() {
    return root;
  }

  private void signal(String signal, Set<Long> members) throws InterruptedException {
    Process kill = shell(command(signal, members));
    if (kill != null && !kill.waitFor(TOOL_MILLIS, TimeUnit.MILLISECONDS)) {
      kill.destroyForcibly();
    }
  }

  private String command(String signal, Set<Long> members) {
    StringBuilder command = new StringBuilder("kill -" + signal);
    if (ownSession) {
      command.append(" -").append(root); // the whole process group at once
    }
    for (long pid : members) {
      command.append(' ').append(pid);
    }
    return command.toString();
  }

  /** Null where there is no shell; then the process itself is ended. */
  private Process shell(String command) {
    try {
      Process kill = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true).start();
      kill.getOutputStream().close();
      return kill;
    } catch (IOException noShell) {
      process.destroy();
      return null;
    }
  }

  /** The processes that still run, including those whose parent was found earlier and has ended. */
  Set<Long> members() {
    Set<Long> members = new HashSet<>();
    if (root == 0) {
      return members;
    }
    List<Row> rows = new File(PROC, "self/stat").exists() ? proc() : ps();
    for (boolean more = true; more; ) {
      more = false;
      for (Row row : rows) {
        boolean belongs =
            row.pid == root
                || row.began.equals(found.get(row.pid))
                || members.contains(row.parent)
                || ownSession && (row.session == root || row.group == root);
        if (belongs && members.add(row.pid)) {
          more = true;
          found.put(row.pid, row.began);
        }
      }
    }
    if (rows.isEmpty() && process.isAlive()) {
      members.add(root);
    }
    return members;
  }

  private static List<Row> proc() {
    List<Row> rows = new ArrayList<>();
    String[] names = PROC.list();
    for (String name : names == null ? new String[0] : names) {
      if (name.isEmpty() || name.charAt(0) < '1' || name.charAt(0) > '9') {
        continue;
      }
      try {
        byte[] bytes = Files.readAllBytes(new File(PROC, name + "/stat").toPath());
        String stat = new String(bytes, StandardCharsets.ISO_8859_1);
        // behind the program's name, which may hold anything: state, parent, group, session
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", BEGAN + 2);
        if (!fields[0].equals("Z")) {
          rows.add(
              new Row(
                  Long.parseLong(name),
                  Long.parseLong(fields[1]),
                  Long.parseLong(fields[2]),
                  Long.parseLong(fields[3]),
                  fields[BEGAN]));
        }
      } catch (IOException | RuntimeException gone) {
        // it ended meanwhile
      }
    }
    return rows;
  }

  private static List<Row> ps() {
    List<Row> rows = new ArrayList<>();
    try {
      Process ps =
          new ProcessBuilder("ps", "-A", "-o", "pid=", "-o", "ppid=", "-o", "pgid=", "-o", "stat=")
              .start();
      ps.getOutputStream().close();
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(ps.getInputStream(), StandardCharsets.ISO_8859_1))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String[] fields = line.trim().split("\\s+");
          if (fields.length == 4 && !fields[3].startsWith("Z")) {
            long group = Long.parseLong(fields[2]);
            rows.add(
                new Row(Long.parseLong(fields[0]), Long.parseLong(fields[1]), group, group, ""));
          }
        }
      }
    } catch (IOException | NumberFormatException e) {
      // then the process itself is all that is known
    }
    return rows;
  }
}
