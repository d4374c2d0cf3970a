package org.mitogen4j.connect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.CommandLine;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ProcessConnection;

/**
 * A login by ssh that answers its questions: for passwords, for passphrases of keys, and those of
 * the server (keyboard-interactive). ssh asks by {@link SshAskpass}, or on its {@link
 * ControllingTerminal}.
 */
final class SshLogin {
  /** ssh's own question for a passphrase; questions of servers have a prefix. */
  private static final Pattern PASSPHRASE = Pattern.compile("^Enter passphrase for (key )?['/]");

  private final String token;
  private final String ahead;

  SshLogin(String token) {
    this.token = token;
    ahead = "mitogen runs " + token;
  }

  /** The command line of ssh with a terminal. */
  CommandLine onTerminal(CommandLine ssh) {
    return CommandLine.of(ControllingTerminal.around(ssh.words(), token), ssh.input());
  }

  /** The remote command, which first prints the line by which the login is known to be over. */
  String remoteCommand(String readScript) {
    return "sh -c 'echo " + ahead + " >&2;" + readScript + "'";
  }

  /**
   * Answers the questions of ssh. Returns when the remote shell runs; otherwise closes the
   * connection, and throws.
   *
   * @param askpass the program by which ssh asks; null when ssh has a terminal
   * @param password null for none
   * @param passphrase null for none: then keys that need one are skipped
   */
  void answer(
      Process process,
      ProcessConnection connection,
      SshAskpass askpass,
      Map<String, Secret> answers,
      Secret password,
      Secret passphrase,
      ConnectDeadline deadline)
      throws IOException {
    PromptConversation conversation = new PromptConversation(process, ahead + "\n");
    if (askpass != null) {
      conversation.answerBy(askpass.answers());
    }
    conversation.answerEach(PASSPHRASE, passphrase == null ? Secret.of("") : passphrase);
    answers.forEach((prompt, secret) -> conversation.answer(Pattern.compile(prompt), secret));
    conversation.answer(PromptingMethod.PASSWORD_PROMPT, password);
    boolean runs = false;
    try {
      runs = conversation.hold(deadline);
      if (!runs) {
        throw failure(connection, conversation);
      }
      connection.noteLogin();
      if (askpass == null) {
        conversation.write(ControllingTerminal.go(token).getBytes(StandardCharsets.US_ASCII));
      }
    } finally {
      if (!runs) {
        connection.close();
      }
    }
  }

  private static StartException failure(Connection connection, PromptConversation conversation) {
    String said = conversation.said();
    if (ControllingTerminal.isMissing(said)) {
      return ControllingTerminal.missing(said);
    }
    StartException e = connection.failure(false, "", said);
    boolean wrong = e.reason() == Reason.LOGIN_REFUSED && conversation.hasAnswered();
    return new StartException(
        wrong ? Reason.PASSWORD_WRONG : e.reason(),
        (wrong ? "the password, passphrase or answer was not accepted: " : "")
            + e.getMessage()
            + "; it said: "
            + said);
  }
}
