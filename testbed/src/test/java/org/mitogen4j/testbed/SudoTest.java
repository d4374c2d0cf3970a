package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.Sudo;

/** Real accounts and a real sudo, which the account {@code deploy} may use. */
@NeedsTestbed
@ExtendWith(NothingLeft.class)
class SudoTest {
  private static final Secret RIGHT = Secret.of("deploy-pw");

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

  private StartException failure(Context via, Sudo method, Reason reason) {
    StartException e = catchThrowableOfType(StartException.class, () -> via.connect(method));
    assertThat(e).isNotNull();
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
    assertThat(e)
        .hasMessageContaining("from " + via.name() + ": can't start " + method.defaultName())
        .hasMessageNotContaining("deploy-pw");
    return e;
  }

  @Test
  void aPasswordIsGivenWhenItIsAskedFor() throws Exception {
    Context magic = deploy.connect(Sudo.user("magic").password(RIGHT));
    assertThat(magic.call(Work::user)).isEqualTo("magic");
    assertThat(magic.call(Work::property, "user.home")).isEqualTo("/home/magic");
  }

  @Test
  void aPasswordThatIsNotAskedForIsKept() throws Exception {
    Context nopass = deploy.connect(Sudo.user("nopass").password(RIGHT));
    assertThat(nopass.call(Work::user)).isEqualTo("nopass");
  }

  @Test
  void noPasswordIsGivenWhereNoneIsNeeded() throws Exception {
    assertThat(deploy.connect(Sudo.user("nopass")).call(Work::user)).isEqualTo("nopass");
  }

  @Test
  void theLocaleIsThatOfTheAccountAndNotTheOneThatSudoIsRunWith() throws Exception {
    for (Sudo method : new Sudo[] {Sudo.user("nopass"), Sudo.user("nopass").password(RIGHT)}) {
      assertThat(deploy.connect(method).call(Work::variable, "LC_ALL")).isNull();
    }
  }

  @Test
  void theChildCanUseSudoItself() throws Exception {
    Context nopass = deploy.connect(Sudo.user("nopass"));
    failure(nopass, Sudo.user("root").password(Secret.of("nopass-pw")), Reason.LOGIN_REFUSED);
  }

  @Test
  void aWrongPasswordIsNotAccepted() {
    assertThat(
            failure(deploy, Sudo.user("magic").password(Secret.of("wrong")), Reason.PASSWORD_WRONG))
        .hasMessageContaining("did not accept the password");
  }

  @Test
  void aMissingPasswordIsNamed() {
    assertThat(failure(deploy, Sudo.user("magic"), Reason.PASSWORD_REQUIRED))
        .hasMessageContaining("a password is required");
  }

  @Test
  void anUnknownAccountIsNamed() {
    failure(deploy, Sudo.user("nobody17"), Reason.TARGET_UNKNOWN);
    failure(deploy, Sudo.user("nobody17").password(RIGHT), Reason.TARGET_UNKNOWN);
  }

  @Test
  void anAccountThatIsNotAllowedIsNamed() {
    assertThat(failure(deploy, Sudo.user("root").password(RIGHT), Reason.LOGIN_REFUSED))
        .hasMessageContaining("user deploy is not allowed to execute");
  }

  @Test
  void aClosedSecretIsOfNoUse() {
    Secret closed = Secret.of("deploy-pw");
    closed.close();
    assertThat(
            catchThrowableOfType(
                RuntimeException.class,
                () -> deploy.connectAsync(Sudo.user("magic").password(closed))))
        .hasMessageContaining("a secret that was closed can't be sent");
  }

  @Test
  void nothingShowsThePassword() throws Exception {
    Sudo method = Sudo.user("magic").password(RIGHT);
    Context magic = deploy.connect(method);
    assertThat(method + " " + router.describe() + magic.call(Work::commandLine))
        .doesNotContain("deploy-pw");
    assertThat(Hosts.output("java21", "ps", "-ef")).contains("sudo").doesNotContain("deploy-pw");
  }
}
