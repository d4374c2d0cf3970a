package org.mitogen4j.testbed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.mitogen4j.Blob;
import org.mitogen4j.Channel;
import org.mitogen4j.Context;
import org.mitogen4j.Exposed;
import org.mitogen4j.Receiver;
import org.mitogen4j.Router;
import org.mitogen4j.Secret;
import org.mitogen4j.Sender;
import org.mitogen4j.connect.InProcess;

/** Functions for tests to call in other contexts. */
public final class Work {
  private static final Set<String> NOTES = new HashSet<>(); // guarded by itself
  private static CyclicBarrier barrier; // guarded by the class
  private static volatile String remembered;

  private Work() {}

  public static String user() {
    return System.getProperty("user.name");
  }

  public static String property(String name) {
    return System.getProperty(name);
  }

  public static long maxMemory() {
    return Runtime.getRuntime().maxMemory();
  }

  /** The arguments of this process, each with a NUL behind it. */
  public static String commandLine() throws IOException {
    byte[] bytes = Files.readAllBytes(Paths.get("/proc/self/cmdline"));
    return new String(bytes, StandardCharsets.UTF_8);
  }

  public static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }

  /** Ends this process with words on its standard error. */
  public static void sayAndExit(String words, int code) {
    System.err.println(words);
    Runtime.getRuntime().halt(code);
  }

  /** Kills this process. */
  public static void kill() throws IOException, InterruptedException {
    String pid = Paths.get("/proc/self").toRealPath().getFileName().toString();
    new ProcessBuilder("kill", "-9", pid).start().waitFor();
  }

  public static String variable(String name) {
    return System.getenv(name);
  }

  /** The first line that a shell's command prints. */
  public static String output(String command) throws IOException {
    Process process =
        new ProcessBuilder("sh", "-c", command)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      return in.readLine();
    }
  }

  /** Runs a command of a shell, which must succeed. */
  public static void execute(String command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sh", "-c", command).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException(command + ": exit code " + process.exitValue());
    }
  }

  public static int add(int a, int b) {
    return a + b;
  }

  public static Object same(Object value) {
    return value;
  }

  public static void remember(String text) {
    note(text);
    remembered = text;
  }

  public static String remembered() {
    return remembered;
  }

  public static void fail(String reason) throws IOException {
    throw new IOException(reason, new IllegalStateException("a cause"));
  }

  /** Returns once a number of calls are here: to each its place. */
  public static int meet(int parties) throws Exception {
    CyclicBarrier own;
    synchronized (Work.class) {
      if (barrier == null) {
        barrier = new CyclicBarrier(parties);
      }
      own = barrier;
    }
    return own.await(20, TimeUnit.SECONDS);
  }

  /** Sleeps until it is interrupted, and notes when it begins and ends. */
  public static void sleep(String name) throws InterruptedException {
    note(name + " begins");
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException e) {
      note(name + " is interrupted");
      throw e;
    }
  }

  public static void neverEnd() {
    note("endless begins");
    while (!"to end".equals(remembered)) {
      Thread.interrupted();
    }
  }

  // ---- values

  /** What the program knows of its own. */
  public enum State {
    FREE,
    FULL
  }

  /** As Java 8 has no records, a plain object. */
  public static final class Volume implements Serializable {
    private static final long serialVersionUID = 1;

    private String path;
    private long free;
    private State state;

    private Volume() {} // where it arrives

    Volume(String path, long free, State state) {
      this.path = path;
      this.free = free;
      this.state = state;
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Volume && o.toString().equals(toString());
    }

    @Override
    public int hashCode() {
      return toString().hashCode();
    }

    @Override
    public String toString() {
      return path + " " + free + " " + state;
    }
  }

  public static List<Volume> twice(List<Volume> volumes) {
    List<Volume> twice = new ArrayList<>(volumes);
    twice.addAll(volumes);
    return twice;
  }

  public static long sum(Blob blob) {
    long sum = 0;
    for (byte b : blob.toBytes()) {
      sum += b;
    }
    return sum;
  }

  public static int length(Secret secret) {
    return secret.chars().length;
  }

  public static String nameOf(Context context) {
    return context.name();
  }

  public static Context self() {
    return Router.current().self();
  }

  // ---- items

  public static void count(Sender<Integer> sender, int to) {
    try (Sender<Integer> out = sender) {
      for (int i = 0; i < to; i++) {
        out.send(i);
      }
    }
  }

  /** The sum of the items of a receiver that is made here, whose sender goes to the caller. */
  public static int receive(Sender<Sender<Integer>> caller) {
    try (Receiver<Integer> receiver = Router.current().receiver()) {
      caller.send(receiver.sender());
      caller.close();
      int sum = 0;
      for (int n : receiver) {
        sum += n;
      }
      return sum;
    }
  }

  /** Answers until the channel is closed; how often it did. */
  public static int answer(Channel<String, String> channel) {
    int answers = 0;
    for (String question : channel) {
      channel.send("answer to " + question);
      answers++;
    }
    return answers;
  }

  /** A service. */
  public static final class Counter {
    private int sum;

    @Exposed(run = Exposed.Run.SERIALLY)
    public int add(int n) {
      sum += n;
      return sum;
    }
  }

  private static void note(String what) {
    synchronized (NOTES) {
      NOTES.add(what);
      NOTES.notifyAll();
    }
  }

  /** Waits until something is noted; whether it was, within ten seconds. */
  public static boolean await(String what) throws InterruptedException {
    long until = System.nanoTime() + 10_000_000_000L;
    synchronized (NOTES) {
      while (!NOTES.contains(what) && System.nanoTime() < until) {
        NOTES.wait(100); // until note
      }
      return NOTES.contains(what);
    }
  }

  /** Prints these, and has a program print, too. */
  public static void print(String out, String errors) throws IOException, InterruptedException {
    System.out.println(out);
    System.err.println(errors);
    execute("echo from a program; echo \"a program's errors\" >&2");
  }

  public static int ownId() {
    return Router.current().self().id();
  }

  public static int addInAChild(int a, int b) throws IOException {
    return Router.current().connect(InProcess.create()).call(Work::add, a, b);
  }
}
