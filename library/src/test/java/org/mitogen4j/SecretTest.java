package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SecretTest {
  @Test
  void aSecretPrintsAsStarsHoweverLongItIs() {
    assertThat(Secret.of("a")).hasToString("****");
    assertThat(Secret.of("correct horse battery staple")).hasToString("****");
    assertThat(Secret.of("a")).hasSameHashCodeAs(Secret.of("b"));
  }

  @Test
  void aSecretGivesBackWhatItWasMadeOf() {
    assertThat(Secret.of("pä$\uD83D\uDE00".toCharArray()).chars())
        .isEqualTo("pä$\uD83D\uDE00".toCharArray());
    assertThat(Secret.of("pä").bytes()).isEqualTo("pä".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aSecretKeepsACopyThatNobodyElseHas() {
    char[] own = "abc".toCharArray();
    Secret secret = Secret.of(own);
    own[0] = 'x';
    secret.bytes()[1] = 'x';
    secret.chars()[2] = 'x';
    assertThat(secret.chars()).isEqualTo("abc".toCharArray());
  }

  @Test
  void secretsOfTheSameCharactersAreEqual() {
    assertThat(Secret.of("abc")).isEqualTo(Secret.of("abc".toCharArray()));
    assertThat(Secret.of("abc")).isNotEqualTo(Secret.of("abd"));
  }

  @Test
  void aClosedSecretIsOfNoUse() {
    Secret secret = Secret.of("abc");
    secret.close();
    secret.close();
    assertThatThrownBy(secret::bytes).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(secret::chars).isInstanceOf(IllegalStateException.class);
    assertThat(secret).isNotEqualTo(Secret.of("abc")).isEqualTo(secret).hasToString("****");
    assertThatThrownBy(
            () -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(secret))
        .isInstanceOf(InvalidObjectException.class);
  }

  @Test
  void aSecretCanBeSentDown() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(Secret.of("abc"));
    Object read = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    assertThat(read).isEqualTo(Secret.of("abc"));
  }
}
