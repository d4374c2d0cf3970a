package org.mitogen4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.StartTimeline.Step;
import org.mitogen4j.connect.CommandPrefix;
import org.mitogen4j.connect.ConnectionString;
import org.mitogen4j.connect.Docker;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.Ssh;
import org.mitogen4j.connect.Su;
import org.mitogen4j.connect.Sudo;
import org.mitogen4j.connect.spi.CommandLine;
import org.mitogen4j.connect.spi.CommandMethod;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.junit.MitogenTest;

/** Explained starts, which run nothing, and the times of the steps of real starts. */
@MitogenTest
class StartPlanTest {
  private static final String SECRET = "hunter2";

  /** A shell script: writes its arguments, each followed by NUL, to a file, and runs them. */
  private static final String RECORDER = "f=$1;shift;printf '%s\\0' \"$@\">\"$f\";exec \"$@\"";

  /** A connection method with a program that records its arguments. */
  static final class Recorded extends CommandMethod<Recorded> {
    private static final long serialVersionUID = 1;
    private final String file;

    Recorded(Path file) {
      this.file = file.toString();
    }

    @Override
    protected List<String> command() {
      return Arrays.asList("sh", "-c", RECORDER, "sh", file);
    }

    @Override
    public String defaultName() {
      return "recorded";
    }

    @Override
    public String toString() {
      return "recorded";
    }
  }

  @Test
  void theExplainedCommandLineIsTheOneThatRuns(Router router, @TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("arguments");
    Recorded method = new Recorded(file);
    CommandLine told = router.explain(List.of(method)).hops().get(0).command();
    assertThat(file).doesNotExist();

    router.connect(method);

    List<String> ran = new ArrayList<>(method.command());
    ran.addAll(List.of(Files.readString(file, UTF_8).split("\0")));
    assertThat(withoutToken(ran)).isEqualTo(withoutToken(told.words()));
    assertThat(told.input().length).isGreaterThan(1000);
  }

  private static List<String> withoutToken(List<String> words) {
    List<String> all = new ArrayList<>();
    words.forEach(word -> all.add(word.replaceAll("[0-9a-f]{16}", "TOKEN")));
    return all;
  }

  @Test
  void theExplainedScriptIsTheOneThatIsWritten(Router router) {
    StartPlan.Hop hop = router.explain(List.of(Ssh.host("web1"))).hops().get(0);
    assertThat(new String(hop.command().input(), UTF_8)).startsWith(hop.script());
    assertThat(hop.toString())
        .contains("ssh -T -o BatchMode=yes ")
        .contains("the script, " + hop.script().length() + "; the first-stage jar, ");
  }

  @Test
  void noSecretIsShown(Router router) {
    Secret secret = Secret.of(SECRET);
    List<ConnectionMethod<?>> methods =
        List.of(
            Sudo.user("root").password(secret).answer("code", secret),
            Su.user("root").password(secret),
            Ssh.host("web1").password(secret).passphrase(secret).answer("OTP", secret),
            Docker.container("c").environment("DB_PASSWORD", SECRET),
            Docker.container("c").environment("API_KEY", "a " + SECRET + " b'c"),
            CommandPrefix.of("run", "--token", SECRET),
            CommandPrefix.of("run", "--client-secret=" + SECRET + " " + SECRET),
            CommandPrefix.of("sh", "-c", "X_TOKEN='a " + SECRET + "' exec \"$@\"", "sh"),
            CommandPrefix.of("env", "https_proxy=http://me:" + SECRET + "@proxy:3128/"));
    assertThat(router.explain(methods).toString()).doesNotContain(SECRET).contains("****");
    for (ConnectionMethod<?> method : methods) {
      StartPlan.Hop hop = router.explain(List.of(method)).hops().get(0);
      assertThat(hop.toString()).doesNotContain(SECRET);
      assertThat(hop.command().brief()).doesNotContain(SECRET).doesNotContain("\n");
    }
  }

  @Test
  void eachHopOfAWayIsExplained(Router router) {
    StartPlan plan =
        router.explain(
            ConnectionString.parse("ssh://deploy@bastion,docker://billing0,sudo://app").methods());
    assertThat(plan.hops())
        .extracting(StartPlan.Hop::from)
        .containsExactly("master", "ssh.bastion", "docker.billing0");
    assertThat(plan.toString())
        .contains("2. docker.billing0, started by ssh.bastion: docker billing0\n")
        .contains("runs: docker exec -i billing0 sh -c ")
        .contains("mitogen:USER@HOST:PID")
        .contains("sudo -n -H -u app -- sh -c ");
    assertThat(router.contexts()).isEmpty();
  }

  @Test
  void aMethodWithoutAProgramHasNoCommandLine(Router router) {
    StartPlan plan = router.explain(List.of(InProcess.create()));
    assertThat(plan.hops().get(0).command()).isNull();
    assertThat(plan.toString()).contains("inprocess, started by master: in-process\n");
  }

  @Test
  void anErrorBehindHopsTellsEachWithItsCommand(Router router, @TempDir Path folder)
      throws Exception {
    Context first = router.connect(new Recorded(folder.resolve("1")).name("first"));
    Context second = first.connect(new Recorded(folder.resolve("2")).name("second"));
    CommandPrefix failing = CommandPrefix.of("nice", "--no-such-option").name("third");
    StartException e = catchThrowableOfType(StartException.class, () -> second.connect(failing));
    assertThat(e)
        .hasMessageStartingWith("from second: can't start third by nice: exit code 125")
        .hasMessageContaining("no-such-option")
        .hasMessageContaining("\n  command: LC_ALL=C nice --no-such-option sh -c ")
        .hasMessageContaining("\n  by way of first (recorded), which is up\n  command: sh -c ")
        .hasMessageContaining("\n  by way of second (recorded), which is up\n  command: sh -c ");
  }

  static String answer() {
    return "here";
  }

  @Test
  @Timeout(60)
  void theStepsOfAStartAreToldInOrder(Router router) throws Exception {
    Context child = router.connect(Local.create());
    Context grandchild = child.connect(Local.create());
    Context program = router.connect(CommandPrefix.of("env"));
    for (Context each : List.of(child, grandchild, program)) {
      assertThat(each.call(StartPlanTest::answer)).isEqualTo("here");
      StartTimeline timeline = each.info().timeline();
      Duration before = Duration.ZERO;
      for (Step step : Step.values()) {
        assertThat(timeline.at(step)).as(step + " of " + each).isGreaterThanOrEqualTo(before);
        before = step == Step.FIRST_RESULT ? before : timeline.at(step);
      }
      assertThat(timeline.at(Step.JAVA_RUN)).isLessThan(timeline.at(Step.JVM_UP));
      assertThat(timeline.attempts()).isEqualTo(1);
      assertThat(timeline.toString()).matches("carrier started \\d+ ms, .*, first result \\d+ ms");
    }
  }

  @Test
  void aContextWithoutAShellHasFewerSteps(Router router) throws Exception {
    Context child = router.connect(InProcess.create());
    StartTimeline timeline = child.info().timeline();
    assertThat(timeline.at(Step.JVM_UP)).isPositive();
    assertThat(timeline.at(Step.JAVA_RUN)).isNull();
    assertThat(router.self().info().timeline()).isNull();
  }

  @Test
  void aFurtherAttemptIsCounted(Router router, @TempDir Path folder) throws IOException {
    Path java = folder.resolve("java"); // a script: the first attempt refuses to run it
    Files.writeString(java, "#!/bin/sh\nexec '" + javaHome() + "/bin/java' \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Context child = router.connect(Local.create().javaPath(java.toString()));
    assertThat(child.info().timeline().attempts()).isEqualTo(2);
  }

  private static String javaHome() {
    return System.getProperty("java.home");
  }
}
