package org.mitogen4j.testbed;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import org.mitogen4j.Blob;
import org.mitogen4j.Call;
import org.mitogen4j.CallException;
import org.mitogen4j.CallTimeoutException;
import org.mitogen4j.Chain;
import org.mitogen4j.Channel;
import org.mitogen4j.Context;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Policy;
import org.mitogen4j.Receiver;
import org.mitogen4j.Reply;
import org.mitogen4j.Router;
import org.mitogen4j.Secret;
import org.mitogen4j.Select;
import org.mitogen4j.Sender;
import org.mitogen4j.Service;
import org.mitogen4j.Shell;
import org.mitogen4j.connect.InProcess;

/**
 * What holds for every context, however it is reached and whatever the two Java versions are. Each
 * public method without a parameter is a point of it. Needs nothing but the library, and Java 8, so
 * that it can run anywhere.
 */
public final class Contract implements AutoCloseable {
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Way way;
  private final Router router = Router.create();
  private final Context child;

  public Contract(Way way) throws IOException {
    this.way = way;
    try {
      child = way.connect(router);
    } catch (IOException | RuntimeException e) {
      router.close();
      throw e;
    }
  }

  /** The names of all points, sorted. */
  public static List<String> points() {
    TreeSet<String> names = new TreeSet<>();
    for (Method method : Contract.class.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers())
          && !Modifier.isStatic(method.getModifiers())
          && method.getParameterCount() == 0
          && !method.getName().equals("close")) {
        names.add(method.getName());
      }
    }
    return new ArrayList<>(names);
  }

  /** Fails unless the point holds. */
  public void check(String point) throws Throwable {
    try {
      Contract.class.getMethod(point).invoke(this);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @Override
  public void close() {
    router.close();
  }

  // ---- calls

  public void aCallReturnsItsResult() {
    equal(child.call(Work::add, 2, 3), 5);
    equal(child.call(Work.class, "add", -2, -3), -5);
  }

  public void aLambdaTakesAlongWhatItCaptures() {
    String captured = "there";
    equal(child.call(() -> "from here to " + captured), "from here to there");
  }

  public void aCommandRunsThereAndIsEndedWithWhatItStartedWhenItsTimeIsUp() {
    // by its bytes: a master without a locale can't hand a letter to a program
    equal(child.call(Shell::output, "printf '\\317\\200 %s' \"$((1 + 1))\""), "π 2");
    equal(child.call(Shell.of("kill -9 $$")::capture).signal(), 9);
    String marked = "sleep 987" + System.nanoTime() % 100_000;
    Shell family = Shell.of("(" + marked + "; :) & (" + marked + "; :) & echo begun; wait");
    Shell limited = family.timeout(Duration.ofSeconds(1));
    try {
      child.call(limited::capture);
      throw new AssertionError(marked + " has not ended");
    } catch (CallException e) {
      check(e.getMessage().contains("took longer than PT1S"), e.getMessage());
    }
    String left = "grep -lz '^" + marked.substring(6) + "$' /proc/[0-9]*/cmdline 2>/dev/null; :";
    equal(child.call(Shell.program("sh", "-c", left)::capture).output(), "");
  }

  public void valuesOfAllKindsTravelBothWays() {
    List<Object> values =
        Arrays.asList(
            null,
            true,
            -7,
            1L << 40,
            1.5,
            "π \uD83D\uDE00 \0",
            BigInteger.TEN.pow(50),
            Arrays.asList(1, "a", null),
            Collections.singletonMap("key", Collections.singleton(2)));
    for (Object value : values) {
      equal(child.call(Work::same, value), value);
    }
    byte[] bytes = {1, 0, -1};
    check(Arrays.equals((byte[]) child.call(Work::same, (Object) bytes), bytes), "bytes");
  }

  public void aFunctionWithoutAResultRuns() {
    child.run(Work::remember, "this");
    equal(child.call(Work::remembered), "this");
  }

  public void anExceptionArrivesWithTypeMessageStackAndCause() {
    try {
      child.run(Work::fail, "a reason");
      throw new AssertionError("nothing was thrown");
    } catch (CallException e) {
      equal(e.remoteType(), "java.io.IOException");
      equal(e.remoteMessage(), "a reason");
      check(e.getMessage().startsWith("in " + child.name() + ": "), e.getMessage());
      check(shows(e, Work.class, "fail"), "the stack shows where it was thrown");
      check(
          shows(e, Contract.class, "anExceptionArrivesWithTypeMessageStackAndCause"),
          "the stack shows who called");
      CallException cause = (CallException) e.getCause();
      equal(cause.remoteType(), "java.lang.IllegalStateException");
    }
  }

  private static boolean shows(Throwable e, Class<?> type, String method) {
    for (StackTraceElement frame : e.getStackTrace()) {
      if (frame.getClassName().equals(type.getName()) && frame.getMethodName().equals(method)) {
        return true;
      }
    }
    return false;
  }

  public void largeArgumentsAndResultsArriveWhole() {
    byte[] large = new byte[3 << 20];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 31 >> 3);
    }
    check(Arrays.equals(Work.reversed(child.call(Work::reversed, large)), large), "3 MiB");
  }

  public void callsRunAtTheSameTime() {
    int parties = 6;
    List<Call<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < parties; i++) {
      calls.add(child.callAsync(Work::meet, parties));
    }
    TreeSet<Integer> places = new TreeSet<>();
    for (Call<Integer> call : calls) {
      places.add(call.join());
    }
    equal(places.size(), parties);
  }

  public void aCancelledCallIsInterrupted() throws InterruptedException {
    Call<Void> call = child.runAsync(Work::sleep, "cancelled");
    equal(child.call(Work::await, "cancelled begins"), true);
    check(call.cancel(true), "it can be cancelled");
    try {
      call.join();
      throw new AssertionError("a cancelled call had a result");
    } catch (CancellationException e) {
      equal(child.call(Work::await, "cancelled is interrupted"), true);
    }
  }

  public void aCallThatTakesTooLongIsInterrupted() {
    try {
      child.withTimeout(SHORT).run(Work::sleep, "too long");
      throw new AssertionError("it had a result");
    } catch (CallTimeoutException e) {
      equal(child.call(Work::await, "too long is interrupted"), true);
    }
  }

  // ---- values

  public void typesOfTheProgramTravelBothWays() {
    Work.Volume sent = new Work.Volume("/data", 7, Work.State.FREE);
    equal(child.call(Work::twice, Collections.singletonList(sent)), Arrays.asList(sent, sent));
  }

  public void blobsAndSecretsArrive() {
    byte[] bytes = new byte[100_000];
    bytes[600] = 6;
    equal(child.call(Work::sum, Blob.of(bytes, 512, 1000)), 6L);
    equal(child.call(Work::length, Secret.of("hush")), 4);
  }

  public void aContextArrivesAndWorksThere() {
    equal(child.call(Work::nameOf, child), child.name());
    equal(child.call(Work::self), child);
  }

  // ---- items

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  public void itemsArriveInTheirOrderAndIterationEnds() {
    Receiver<Integer> receiver = router.receiver(Integer.class, Policy.only(child));
    child.runAsync(Work::count, receiver.sender(), 5000);
    int expected = 0;
    for (int n : receiver) {
      equal(n, expected++);
    }
    equal(expected, 5000);
  }

  public void itemsGoDownTooAndTheEndIsSeenThere() {
    Receiver<Sender<Integer>> receiver = router.receiver();
    Call<Integer> total = child.callAsync(Work::receive, receiver.sender());
    try (Sender<Integer> sender = receiver.get()) {
      for (int i = 1; i <= 1000; i++) {
        sender.send(i);
      }
    }
    equal(total.join(), 500_500);
  }

  public void aChannelGoesBothWaysAndItsEndIsSeen() {
    Call<Integer> answered;
    try (Channel<String, String> channel = router.channel()) {
      answered = child.callAsync(Work::answer, channel.other());
      for (int i = 0; i < 3; i++) {
        channel.send("question " + i);
        equal(channel.get(), "answer to question " + i);
      }
    }
    equal(answered.join(), 3);
  }

  // ---- many calls

  public void afterTheFirstFailureOfAChainNoneRuns() {
    try (Chain chain = child.chain()) {
      chain.fire(Work::remember, "before");
      Call<Void> failed = chain.runAsync(Work::fail, "stop here");
      Call<Void> after = chain.runAsync(Work::remember, "after");
      for (Call<Void> call : Arrays.asList(failed, after)) {
        try {
          call.join();
          throw new AssertionError("it had a result");
        } catch (java.util.concurrent.CompletionException e) {
          check(e.getCause().getMessage().contains("stop here"), e);
        }
      }
    }
    equal(child.call(Work::remembered), "before");
  }

  public void aSelectGivesEachAnswer() {
    List<Context> contexts = Arrays.asList(child, router.self(), child);
    int answers = 0;
    try (Select<Integer> select =
        Select.all(contexts, c -> c.callAsync(Work::add, c.id(), 1))
            .within(Duration.ofSeconds(20))) {
      for (Reply<Integer> reply : select) {
        equal(reply.get(), reply.context().id() + 1);
        answers++;
      }
    }
    equal(answers, 3);
  }

  public void aServiceStartsWithItsFirstCall() {
    Service counter = child.service(Work.Counter.class);
    equal(counter.call("add", 3), 3);
    equal(counter.callAsync("add", 4).join(), 7);
  }

  // ---- what is printed

  public void whatIsPrintedIsLoggedLineByLine() throws Exception {
    if (way.hasProcess()) {
      try (Printed printed = new Printed()) {
        child.run(Work::print, "one\n\nthree", "uno\ndos");
        linesOf(printed.await(child.name(), "stdout", 4), "from a program", "one", "", "three");
        linesOf(printed.await(child.name(), "stderr", 3), "a program's errors", "uno", "dos");
      }
    }
  }

  public void whatIsPrintedLastIsLoggedBeforeTheRouterIsClosed() throws Exception {
    if (way.hasProcess()) {
      try (Printed printed = new Printed()) {
        String name;
        try (Router own = Router.create()) {
          Context last = way.connect(own);
          name = last.name();
          last.run(Work::print, "last", "words");
        }
        linesOf(printed.lines(name, "stdout"), "from a program", "last");
        linesOf(printed.lines(name, "stderr"), "a program's errors", "words");
      }
    }
  }

  /** A program's line comes by a way of its own: somewhere among those of the function. */
  private static void linesOf(List<String> got, String program, String... function) {
    List<String> rest = new ArrayList<>(got);
    if (!rest.remove(program)) {
      throw new AssertionError("expected " + program + " among " + got);
    }
    equal(rest, Arrays.asList(function));
  }

  // ---- the tree

  public void aFunctionKnowsWhereItRuns() {
    equal(child.call(Work::ownId), child.id());
  }

  public void aFunctionCanStartChildren() {
    equal(child.call(Work::addInAChild, 2, 3), 5);
  }

  public void childrenCanBeStartedFromThere() throws IOException {
    Context further = child.connect(InProcess.create());
    equal(further.call(Work::add, 4, 5), 9);
    check(further.call(Work::ownId) != child.id(), "it is another context");
  }

  // ---- ends

  public void aChildThatIsKilledEndsItsCallsWithTheCause() throws IOException {
    if (way.hasProcess()) {
      try (Router own = Router.create()) {
        Context victim = way.connect(own);
        Call<Void> waiting = victim.runAsync(Work::sleep, "killed");
        equal(victim.call(Work::await, "killed begins"), true);
        disconnected(() -> victim.run(Work::kill));
        disconnected(waiting::join);
        disconnected(() -> victim.call(Work::add, 1, 1));
      }
    }
  }

  private static void disconnected(Runnable call) {
    try {
      call.run();
      throw new AssertionError("it had a result");
    } catch (DisconnectedException e) {
      // as it should be
    } catch (java.util.concurrent.CompletionException e) {
      check(e.getCause() instanceof DisconnectedException, e);
    }
  }

  public void closingDoesNotWaitForFunctionsThatNeverEnd() throws IOException {
    if (way.hasProcess()) {
      Router own = Router.create();
      Call<Void> endless;
      try {
        Context busy = way.connect(own);
        endless = busy.runAsync(Work::neverEnd);
        equal(busy.call(Work::await, "endless begins"), true);
      } finally {
        long before = System.nanoTime();
        own.close();
        long millis = (System.nanoTime() - before) / 1_000_000;
        check(millis < 3000, "closing took " + millis + " ms");
      }
      disconnected(endless::join);
    }
  }

  private static void equal(Object actual, Object expected) {
    check(Objects.equals(actual, expected), "expected " + expected + ", got " + actual);
  }

  private static void check(boolean holds, Object otherwise) {
    if (!holds) {
      throw new AssertionError(String.valueOf(otherwise));
    }
  }
}
