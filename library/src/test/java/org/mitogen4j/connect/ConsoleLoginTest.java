package org.mitogen4j.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mitogen4j.Router;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;

/** A login at a console that shows the password as it is typed. */
@Timeout(60)
class ConsoleLoginTest {
  private static final String PASSWORD = "correct-horse";

  /** Reads up to a carriage return, which ends a line at consoles. */
  private static final String READ =
      "r(){ v=;while c=`dd bs=1 count=1 2>/dev/null`;[ \"$c\" ]&&[ \"$c\" != \"`printf '\\r'`\" ];"
          + "do v=$v$c;done;};printf 'login: ';r;a=$v;printf 'Password: ';r;printf %s \"$v\";";

  @ParameterizedTest
  @CsvSource({
    "PASSWORD_WRONG, echo; echo Login incorrect; printf \"$a login: \"; sleep 9",
    "PASSWORD_WRONG, printf ' Password:'; sleep 9",
    "OTHER, sleep 0.5; exit 3",
  })
  void noMessageContainsThePassword(Reason reason, String then) {
    Console console =
        Console.command("sh", "-c", READ + then)
            .login("joe")
            .password(Secret.of(PASSWORD))
            .connectTimeout(Duration.ofSeconds(20));
    try (Router router = Router.create()) {
      StartException e = catchThrowableOfType(StartException.class, () -> router.connect(console));
      assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason);
      assertThat(e).hasMessageNotContaining(PASSWORD).hasMessageContaining("the console showed");
    }
  }
}
