package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.CommandPrefix;
import org.mitogen4j.connect.Doas;
import org.mitogen4j.connect.PromptingMethod;
import org.mitogen4j.connect.Su;
import org.mitogen4j.connect.Sudo;

/** Real accounts with real passwords, by sudo, sudo-rs, su and doas. */
@NeedsTestbed
@ExtendWith(NothingLeft.class)
class EscalationTest {
  private static final Secret OWN = Secret.of("deploy-pw");
  private static final Secret TARGETS = Secret.of("magic-pw");
  private static final Secret WRONG = Secret.of("wrong");

  private final Router router = Router.create();
  private Context deploy;

  @BeforeEach
  void connect() throws Exception {
    deploy = router.connect(Hosts.ssh("java21").user("deploy"));
  }

  @AfterEach
  void close() {
    router.close();
  }

  private StartException failure(Context via, PromptingMethod<?> method, Reason reason) {
    long begin = System.nanoTime();
    StartException e = catchThrowableOfType(StartException.class, () -> via.connect(method));
    assertThat(e).as(method.toString()).isNotNull();
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
    assertThat(e).hasMessageNotContaining("-pw");
    assertThat((System.nanoTime() - begin) / 1_000_000).isLessThan(15_000);
    return e;
  }

  static List<PromptingMethod<?>> toMagic() {
    return List.of(
        Sudo.user("magic").password(OWN),
        Sudo.user("magic").password(OWN).terminal(true),
        Sudo.user("magic").password(OWN).login(true),
        Sudo.user("magic").password(OWN).arguments("-Pg", "magic").setHome(false),
        Sudo.user("magic").password(OWN).sudoPath("sudo-rs"),
        Sudo.user("magic").password(OWN).sudoPath("sudo-rs").login(true),
        Sudo.user("magic").password(OWN).sudoPath("sudo-rs").terminal(true),
        Su.user("magic").password(TARGETS),
        Su.user("magic").password(TARGETS).login(true),
        Su.user("magic").password(TARGETS).suPath("su-rs"),
        Doas.user("magic").password(OWN),
        CommandPrefix.of("su", "magic", "-c").oneArgument(true).password(TARGETS),
        CommandPrefix.of("doas", "-u", "magic", "--").password(OWN).terminal(true));
  }

  @ParameterizedTest
  @MethodSource("toMagic")
  void aPasswordOpensTheWay(PromptingMethod<?> method) throws Exception {
    Context magic = deploy.connect(method);
    assertThat(magic.call(Work::user)).isEqualTo("magic");
    assertThat(magic.call(Work::property, "user.home")).isEqualTo("/home/magic");
    assertThat(magic.call(Work::variable, "LC_ALL")).isNull();
    assertThat(magic.call(Work::commandLine)).doesNotContain("-pw");
    assertThat(Hosts.output("java21", "ps", "-ef")).doesNotContain("-pw");
  }

  @ParameterizedTest
  @MethodSource("toMagic")
  void aWrongPasswordIsToldAtTheFirstTry(PromptingMethod<?> method) {
    failure(deploy, method.password(WRONG), Reason.PASSWORD_WRONG);
  }

  static List<PromptingMethod<?>> withoutPassword() {
    return List.of(
        Sudo.user("magic"),
        Sudo.user("magic").login(true),
        Sudo.user("magic").sudoPath("sudo-rs"),
        Su.user("magic"),
        Doas.user("magic"),
        CommandPrefix.of("sudo", "-S", "-u", "magic"));
  }

  @ParameterizedTest
  @MethodSource("withoutPassword")
  void aPasswordThatIsMissingIsTold(PromptingMethod<?> method) {
    assertThat(failure(deploy, method, Reason.PASSWORD_REQUIRED))
        .hasMessageContaining("password()");
  }

  static List<PromptingMethod<?>> toNobody() {
    return List.of(
        Sudo.user("nobody17").password(OWN),
        Sudo.user("nobody17").sudoPath("sudo-rs"),
        Su.user("nobody17").password(TARGETS),
        Doas.user("nobody17").password(OWN),
        Doas.user("nobody17"));
  }

  @ParameterizedTest
  @MethodSource("toNobody")
  void anAccountThatDoesNotExistIsTold(PromptingMethod<?> method) {
    failure(deploy, method, Reason.TARGET_UNKNOWN);
  }

  static List<PromptingMethod<?>> toRoot() {
    return List.of(
        Sudo.user("root").password(OWN),
        Sudo.user("root").password(OWN).sudoPath("sudo-rs"),
        Doas.user("root").password(OWN),
        Doas.user("root"));
  }

  @ParameterizedTest
  @MethodSource("toRoot")
  void anAccountThatIsNotAllowedIsTold(PromptingMethod<?> method) {
    failure(deploy, method, Reason.LOGIN_REFUSED);
  }

  @ParameterizedTest
  @CsvSource({"lapsed, ACCOUNT_EXPIRED", "retired, ACCOUNT_EXPIRED", "closed, COMMAND_REFUSED"})
  void anAccountThatLetsNobodyInIsTold(String account, Reason reason) {
    Secret password = Secret.of(account + "-pw");
    failure(deploy, Su.user(account).password(password), reason);
  }

  @Test
  void sudoThatInsistsOnATerminalGetsOne() throws Exception {
    Context ttyOnly = router.connect(Hosts.ssh("java21").user("ttyonly"));
    assertThat(ttyOnly.connect(Sudo.user("nopass")).call(Work::user)).isEqualTo("nopass");
    Sudo toMagic = Sudo.user("magic").password(Secret.of("ttyonly-pw"));
    assertThat(ttyOnly.connect(toMagic).call(Work::user)).isEqualTo("magic");
    failure(ttyOnly, toMagic.terminal(false), Reason.TERMINAL_REQUIRED);
  }

  @Test
  void rootNeedsNoPasswordForOtherAccounts() throws Exception {
    Context root = router.connect(Hosts.ssh("java21").user("root"));
    for (PromptingMethod<?> method :
        List.of(
            Su.user("magic"),
            Su.user("closed").shell("/bin/sh"),
            Su.user("magic").login(true).group("nopass"),
            CommandPrefix.of("setpriv", "--reuid=magic", "--regid=magic", "--init-groups"),
            CommandPrefix.of("setpriv", "--reuid=magic", "--clear-groups", "setsid", "-w"),
            CommandPrefix.of("unshare", "--net", "su", "magic", "-c").oneArgument(true))) {
      assertThat(root.connect(method).call(Work::user)).isIn("magic", "closed");
    }
  }
}
