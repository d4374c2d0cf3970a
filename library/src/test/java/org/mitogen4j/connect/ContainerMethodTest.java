package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;

/**
 * Programs that can't run here, by stand-ins that take the options of their manuals and no others,
 * and truly run the command: with the directory and the variables that it is given.
 */
@Timeout(60)
class ContainerMethodTest {
  /** Ends with the usage unless exactly this is left, and runs the command behind it. */
  private static final String RUN =
      "[ \"$1\" = \"$target\" ]||{ echo \"$0: instance '$1' not found\" >&2;exit 1;};shift;"
          + "[ -z \"$dashes\" ]||{ [ \"$1\" = -- ]||exit 64;shift;};cd \"$dir\"||exit 65;"
          + "export ACCOUNT=\"$user\";exec \"$@\"\n";

  /** Replaces variables in the words as systemd does: a doubled dollar stands for itself. */
  private static final String EXPAND =
      "n=$#;while [ $n -gt 0 ];do a=`printf %s. \"$1\"|sed -e 's/[$][$]/\001/g'"
          + " -e 's/[$]{[^}]*}//g' -e 's/\001/$/g'`;set -- \"$@\" \"${a%.}\";shift;n=$((n-1));done;";

  private static final String USAGE = "*)echo \"$0: unknown option $1\" >&2;exit 64;;esac;done;";

  @TempDir Path temp;

  private final Router router = Router.create();

  @AfterEach
  void close() {
    router.close();
  }

  static String property(String name) {
    return System.getProperty(name);
  }

  static String variable(String name) {
    return System.getenv(name);
  }

  private String program(String text) throws IOException {
    Path file = temp.resolve("program");
    Files.writeString(file, "#!/bin/sh\ndir=.;user=;\n" + text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file.toString();
  }

  /** Starts a child with a directory and variables, and looks for what became of them. */
  private void runs(ContainerMethod<?> method, String account) throws Exception {
    Context child =
        router.connect(
            method
                .workingDirectory(temp.toRealPath().toString())
                .environment("SOME", "it's a \"value\" = 1")
                .environment("OTHER", "2"));
    assertThat(child.call(ContainerMethodTest::property, "user.dir"))
        .isEqualTo(temp.toRealPath().toString());
    assertThat(child.call(ContainerMethodTest::variable, "SOME")).isEqualTo("it's a \"value\" = 1");
    assertThat(child.call(ContainerMethodTest::variable, "OTHER")).isEqualTo("2");
    assertThat(child.call(ContainerMethodTest::variable, "ACCOUNT")).isEqualTo(account);
  }

  @Test
  void kubectlRunsACommandInAPod() throws Exception {
    String kubectl =
        program(
            "[ \"$1\" = --kubeconfig=k ]&&[ \"$2\" = --context=prod ]&&[ \"$3\" = exec ]||exit 64;"
                + "shift 3;target=deploy/web;dashes=1;while :;do case $1 in "
                + "-i|--stdin);;--namespace=shop|--container=app);;--request-timeout=9s);;"
                + "[!-]*)break;;"
                + USAGE.replace("done;", "shift;done;")
                + RUN);
    Kubectl method =
        Kubectl.pod("deploy/web")
            .kubectlPath(kubectl)
            .toolArguments("--kubeconfig=k")
            .context("prod")
            .namespace("shop")
            .container("app")
            .arguments("--request-timeout=9s");
    runs(method, "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lxd", "incus"})
  void lxcAndIncusRunACommandInAnInstance(String kind) throws Exception {
    String text =
        "[ \"$1\" = exec ]||exit 64;shift;target=far:web;dashes=1;while :;do case $1 in "
            + "--mode=non-interactive);;--user)user=$2;shift;;--group)user=$user:$2;shift;;"
            + "--cwd)dir=$2;shift;;--env)export \"$2\";shift;;[!-]*)break;;"
            + USAGE.replace("done;", "shift;done;")
            + RUN;
    String path = program(text);
    runs(
        kind.equals("lxd")
            ? Lxd.instance("far:web").user("1000:50").lxcPath(path)
            : Incus.instance("far:web").user("1000:50").incusPath(path),
        "1000:50");
  }

  @Test
  void jexecRunsACommandInAJail() throws Exception {
    String jexec =
        program(
            "target=web;dashes=;while getopts lnU:u: o;do case $o in U)user=$OPTARG;;l);;"
                + "*)exit 64;;esac;done;shift $((OPTIND-1));"
                + RUN);
    runs(Jail.jail("web").user("app").arguments("-l").jexecPath(jexec), "app");
  }

  @Test
  void systemdRunRunsACommandInAMachine() throws Exception {
    String run =
        program(
            "dashes=;target=--;m=;while :;do case $1 in --machine=web)m=1;;--pipe|--wait|--quiet|"
                + "--collect);;--uid=*)user=${1#*=};;--working-directory=*)dir=${1#*=};;"
                + "--setenv=*)export \"${1#*=}\";;--slice=s);;--)break;;"
                + USAGE.replace("done;", "shift;done;")
                + "[ $m ]||exit 66;"
                + RUN.replace("exec", EXPAND + "exec"));
    runs(Nspawn.machine("web").user("app").arguments("--slice=s").systemdRunPath(run), "app");
  }

  @Test
  void nsenterRunsACommandBesideTheProcessThatMachinectlTells() throws Exception {
    Path bin = Files.createDirectory(temp.resolve("bin"));
    Files.writeString(
        bin.resolve("machinectl"),
        "#!/bin/sh\n[ \"$*\" = 'show web -p Leader --value' ]||exit 64\necho 4711\n");
    assertThat(bin.resolve("machinectl").toFile().setExecutable(true)).isTrue();
    Context here = router.connect(CommandPrefix.of("env", "PATH=" + bin + ":/usr/bin:/bin"));
    String nsenter =
        program(
            "target=--;dashes=;while :;do case $1 in -t)[ $2 = 4711 ]||exit 67;shift;;-r|-w);;"
                + "--mount|--uts|--ipc|--net|--pid);;-S)user=$2;shift;;-G)user=$user:$2;shift;;"
                + "--)break;;"
                + USAGE.replace("done;", "shift;done;")
                + RUN);
    Context child = here.connect(Nsenter.machine("web").user("7:8").nsenterPath(nsenter));
    assertThat(child.call(ContainerMethodTest::variable, "ACCOUNT")).isEqualTo("7:8");
  }

  @ParameterizedTest
  @CsvSource({
    "TARGET_UNKNOWN, 'Error from server (NotFound): pods \"web\" not found'",
    "TARGET_UNKNOWN, 'error: container nope is not valid for pod web'",
    "TARGET_UNKNOWN, 'error: context \"prod\" does not exist'",
    "LOGIN_REFUSED, 'Error from server (Forbidden): pods \"web\" is forbidden'",
    "LOGIN_REFUSED, 'error: You must be logged in to the server (Unauthorized)'",
    "UNREACHABLE, 'The connection to the server localhost:8080 was refused - did you specify it?'",
    "UNREACHABLE, 'Unable to connect to the server: dial tcp: lookup x: no such host'",
    "SHELL_MISSING, 'exec failed: unable to start container process: exec: \"sh\": executable file"
        + " not found in $PATH'",
    "TARGET_UNKNOWN, 'Error: Instance not found'",
    "TARGET_UNKNOWN, 'Error: Instance is not running'",
    "LOGIN_REFUSED, 'Error: You don''t have the needed permissions to talk to the incus daemon'",
    "TARGET_UNKNOWN, 'jexec: jail \"web\" not found'",
    "UNREACHABLE, 'Failed to connect to bus: Host is down'",
  })
  void theWordsOfTheProgramTellTheReason(Reason reason, String words) throws Exception {
    String kubectl = program("echo '" + words.replace("'", "'\\''") + "' >&2;exit 1");
    StartException e =
        catchThrowableOfType(
            StartException.class, () -> router.connect(Kubectl.pod("web").kubectlPath(kubectl)));
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
    assertThat(e).hasMessageContaining(words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-x", "a b", "a\n"})
  void whatCouldBeAnOptionIsRefused(String name) {
    assertThatThrownBy(() -> Podman.image(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Kubectl.pod(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Kubectl.pod("a").namespace(name))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Jail.jail(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Nsenter.docker(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Incus.instance("a").user(name))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Nsenter.pid(0)).isInstanceOf(IllegalArgumentException.class);
  }
}
