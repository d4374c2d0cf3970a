package org.mitogen4j.connect;

import java.io.IOException;
import java.util.regex.Pattern;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;

/** Answers what a console asks until it shows the prompt of a shell. One thread uses it. */
final class ConsoleLogin {
  /** A prompt is what stands there while nothing is shown for this time: 3 bytes at 300 baud. */
  private static final long PROMPT_MILLIS = 100;

  /** A console that shows no prompt is sent a line break when it is quiet for this time. */
  private static final long WAKE_MILLIS = 1_000;

  /** The most line breaks that are sent since the last answer. */
  private static final int WAKES = 5;

  /** After a password, what stands there unknown for this time is taken for a shell's prompt. */
  private static final long TRUSTED_MILLIS = 2_000;

  /** The most times that the account is typed: the console may have damaged it. */
  private static final int LOGINS = 3;

  private final ConsoleText text;
  private final Pattern loginPrompt;
  private final Pattern passwordPrompt;
  private final Pattern shellPrompt;
  private boolean passwordWasGiven;
  private int logins;

  ConsoleLogin(ConsoleText text, String loginPrompt, String passwordPrompt, String shellPrompt) {
    this.text = text;
    this.loginPrompt = Pattern.compile(loginPrompt);
    this.passwordPrompt =
        Pattern.compile(passwordPrompt, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
    this.shellPrompt = Pattern.compile(shellPrompt);
  }

  /**
   * Returns when a shell's prompt is there.
   *
   * @param account null for none
   * @param password null for none
   * @return whether this has logged in
   * @throws StartException when an answer is missing or not accepted, or no prompt comes
   */
  boolean reachShell(String account, Secret password) throws IOException {
    long quiet = 0;
    int wakes = 0;
    boolean isSilent = true;
    for (; ; ) {
      String line = text.line(PROMPT_MILLIS);
      String prompt = text.prompt();
      isSilent &= prompt.isEmpty() && (line == null || line.trim().isEmpty());
      if (line != null) {
        quiet = 0;
        continue;
      }
      quiet += PROMPT_MILLIS;
      boolean isPassword = passwordPrompt.matcher(prompt).find();
      if (isPassword || loginPrompt.matcher(prompt).find()) {
        if (isPassword) {
          give(password, prompt);
        } else {
          log(account, prompt);
        }
        quiet = 0;
        wakes = 0;
      } else if (shellPrompt.matcher(prompt).find()
          || passwordWasGiven && !prompt.isEmpty() && quiet >= TRUSTED_MILLIS) {
        text.answered();
        passwordWasGiven = false; // and was accepted
        return logins > 0;
      } else if (quiet % WAKE_MILLIS == 0) {
        if (wakes++ == WAKES) {
          throw noPrompt(isSilent);
        }
        if (!passwordWasGiven) {
          text.type("\r");
        }
      }
    }
  }

  private StartException noPrompt(boolean isSilent) {
    return isSilent
        ? new StartException(
            Reason.CONSOLE_SILENT,
            "the console showed nothing, though it was sent "
                + WAKES
                + " line breaks; see whether somebody listens there, and its speed"
                + text.said())
        : new StartException(
            Reason.PROMPT_UNKNOWN,
            "the console shows no prompt that is known; say what its prompts look like with"
                + " loginPrompt(), passwordPrompt() and shellPrompt()"
                + text.said());
  }

  private void log(String account, String prompt) throws IOException {
    if (passwordWasGiven) {
      throw refused();
    } else if (account == null) {
      throw new StartException(
          Reason.LOGIN_REFUSED,
          "the console asks '"
              + text.withoutSecret(prompt)
              + "'; give the account with login()"
              + text.said());
    } else if (logins++ == LOGINS) {
      throw new StartException(
          Reason.LOGIN_REFUSED,
          "the console asked '"
              + text.withoutSecret(prompt)
              + "' again after each of "
              + LOGINS
              + " answers"
              + text.said());
    }
    text.answered();
    text.type(account + "\r");
  }

  private void give(Secret password, String prompt) throws IOException {
    if (passwordWasGiven) {
      throw refused();
    } else if (password == null) {
      throw new StartException(
          Reason.PASSWORD_REQUIRED,
          "the console asks '"
              + text.withoutSecret(prompt)
              + "'; give the password with password()"
              + text.said());
    }
    text.answered();
    text.type(password);
    passwordWasGiven = true;
  }

  private StartException refused() {
    String said = text.said();
    Reason reason = Reason.PASSWORD_WRONG;
    if (PromptConversation.EXPIRED.matcher(said).find()) {
      reason = Reason.ACCOUNT_EXPIRED;
    } else if (PromptConversation.LOCKED.matcher(said).find()) {
      reason = Reason.ACCOUNT_LOCKED;
    }
    return new StartException(
        reason, "the console did not accept the password, and was not given it again" + said);
  }
}
