package org.mitogen4j.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.mitogen4j.Secret;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;

/**
 * Answers the questions of a program such as sudo before it runs the command: the program asks for
 * a password, or runs the command at once. Each secret is given at most once, when it is asked for.
 * Nothing is read beyond the line by which the command shows that it runs. For one thread at a
 * time.
 */
final class PromptConversation {
  private static final long POLL_MILLIS = 2;

  /** The silence in milliseconds after which an unknown question counts as one that waits. */
  private static final long QUESTION_MILLIS = 2000;

  /**
   * As {@link #QUESTION_MILLIS}, for a question that was answered: some programs draw their prompt
   * twice.
   */
  private static final long REPEATED_MILLIS = 5000;

  /** The most bytes that the program, and the account's shell, may print ahead of the command. */
  private static final int MAX_SAID = 1 << 21;

  /** As many of these bytes are kept, the last ones; at most twice as many for a moment. */
  private static final int KEPT = 1 << 13;

  /** A line of more characters is no question: matching it with patterns could take seconds. */
  private static final int MAX_QUESTION = 1 << 12;

  private static final int MAX_SHOWN = 1000;

  /** How PAM modules and programs say that an account is locked. */
  static final Pattern LOCKED =
      Pattern.compile(
          "(?i)account( \\S+)?( is| has been)?( temporarily)? locked|is your account locked"
              + "|too many (failed|authentication)|maximum number of (tries|retries)");

  /**
   * How they say that the account or its password has expired; some then ask for a new password.
   */
  static final Pattern EXPIRED =
      Pattern.compile(
          "(?i)(password|account)( for \\S+)?( is| has)? expired|password change required"
              + "|required to change your password|no longer valid; new one required");

  /** Blanks of all kinds, also those that don't break a line. */
  private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}\\p{Cc}]+");

  /** The characters at the end of a question. */
  private static final Pattern QUESTION = Pattern.compile("[:?>\\uFF1A\\uFF1F]$");

  /** An answer to a question. */
  private static final class Answer {
    final Pattern prompt;

    /** Null for a question that can't be answered. */
    final Secret secret;

    /** Whether it is also given to further questions with other words, such as for another key. */
    final boolean each;

    boolean given;

    /** The questions that it was given to. */
    final Set<String> questions = new HashSet<>();

    Answer(Pattern prompt, Secret secret, boolean each) {
      this.prompt = prompt;
      this.secret = secret;
      this.each = each;
    }
  }

  private static final List<Answer> NO_ANSWERS = Collections.emptyList();

  private final Process process;

  /** The stream that the answers are written to; null for the program's standard input. */
  private OutputStream answersTo;

  private final String ahead;
  private final List<Answer> answers = new ArrayList<>();
  private final byte[] said = new byte[2 * KEPT];
  private int size;

  /** The bytes that were printed before the last answer. */
  private int answered;

  /** All that was read, in bytes. */
  private int total;

  /** The last answer; null before. */
  private Secret last;

  private long lastHeard = System.nanoTime();

  /**
   * Makes a conversation with a program that was started.
   *
   * @param ahead the line that the command writes to its standard error when it runs, with its end
   */
  PromptConversation(Process process, String ahead) {
    this.process = process;
    this.ahead = ahead;
  }

  /**
   * Adds an answer. If several patterns match a question, the answer that was added first counts.
   *
   * @param prompt matches a part of the last, unfinished line that the program printed
   * @param secret the answer; null if there is none: then the question makes the start fail
   */
  void answer(Pattern prompt, Secret secret) {
    answers.add(new Answer(prompt, secret, false));
  }

  /** As {@link #answer}, but for all questions with different words that the pattern fits. */
  void answerEach(Pattern prompt, Secret secret) {
    answers.add(new Answer(prompt, secret, true));
  }

  /**
   * A remark for people that says which question gets an answer.
   *
   * @param prompt the pattern of the question; null for the question for a password
   */
  static String remark(String prompt, Secret secret) {
    String question = prompt == null ? "for a password" : "that '" + prompt + "' fits";
    return "a question " + question + " is answered once, with " + secret;
  }

  /** Sets the stream that answers are written to, in place of the program's standard input. */
  void answerBy(OutputStream out) {
    answersTo = out;
  }

  /** All that the program printed, without secrets. */
  String said() {
    return clean(text(0));
  }

  /** Whether an answer was given. */
  boolean hasAnswered() {
    return answers.stream().anyMatch(a -> a.given);
  }

  /**
   * Answers the program's questions. Returns when the command runs, or when the program has ended.
   *
   * @return whether the command runs
   * @throws StartException when an answer is missing or not accepted, or it takes too long
   */
  @SuppressWarnings("resource") // the streams stay open
  boolean hold(ConnectDeadline deadline) throws IOException {
    InputStream out = process.getInputStream();
    InputStream errors = process.getErrorStream();
    for (boolean alive = true; alive; ) {
      alive = process.isAlive();
      if (!alive) {
        pause(); // Java takes what is left in the pipes of a program that has ended
      }
      // The command writes nothing to its standard output until it is told what to run.
      boolean runs = read(out);
      runs |= read(errors);
      if (runs) {
        return true;
      }
      look();
      if (deadline.isOver()) {
        throw deadline.exceeded("; it said: " + shown(said()));
      }
      if (alive) {
        pause();
      }
    }
    return false;
  }

  private static void pause() throws StartException {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException(Reason.OTHER, "interrupted");
    }
  }

  /** Reads all available bytes, up to the command's line; returns whether that line has come. */
  private boolean read(InputStream in) throws IOException {
    for (int left = in.available(); left > 0; left--) { // a flood must not hold up the deadline
      byte b = (byte) in.read();
      if (size == said.length) {
        System.arraycopy(said, KEPT, said, 0, KEPT);
        size = KEPT;
        answered = Math.max(0, answered - KEPT);
      }
      said[size++] = b;
      lastHeard = System.nanoTime();
      if (b == '\n' && text(Math.max(0, size - ahead.length())).equals(ahead)) {
        return true;
      }
      if (++total > MAX_SAID) {
        throw new StartException(
            Reason.OTHER,
            "it said more than " + MAX_SAID + " bytes ahead of the command: " + shown(said()));
      }
    }
    return false;
  }

  /** Whether an answer was given, and the program has printed nothing since. */
  boolean isSilentSinceAnswer() {
    return hasAnswered() && text(answered).trim().isEmpty();
  }

  /** Answers the question that the program waits with, if there is one. */
  private void look() throws IOException {
    String since = text(answered);
    String shown = last == null ? "" : new String(last.chars());
    if (!shown.isEmpty() && since.startsWith(shown)) {
      throw new StartException(
          Reason.OTHER,
          "it did not read the answer on its terminal, which showed it: it reads its standard"
              + " input, so leave out terminal(true)");
    }
    String line = BLANKS.matcher(since.substring(since.lastIndexOf('\n') + 1)).replaceAll(" ");
    line = line.trim();
    if (line.isEmpty()) {
      return;
    }
    long quiet = (System.nanoTime() - lastHeard) / 1_000_000;
    for (Answer answer : line.length() > MAX_QUESTION ? NO_ANSWERS : answers) {
      if (answer.prompt.matcher(line).find()) {
        if (answer.secret == null) {
          throw missing(line);
        } else if (!answer.given || answer.each && !answer.questions.contains(line)) {
          answer.questions.add(line);
          give(answer);
        } else if (since.trim().indexOf('\n') >= 0 || quiet > REPEATED_MILLIS) {
          throw refused(since);
        }
        return;
      }
    }
    if (QUESTION.matcher(line).find() && quiet > QUESTION_MILLIS) {
      throw EXPIRED.matcher(since).find() ? refused(since) : missing(line);
    }
  }

  private StartException missing(String question) {
    return new StartException(
        Reason.PASSWORD_REQUIRED,
        "it asks '"
            + shown(clean(question))
            + "', and no answer was given; give a password with password(), and answers to other"
            + " questions with answer()");
  }

  private StartException refused(String since) {
    String words = "; it said: " + shown(clean(since));
    if (EXPIRED.matcher(since).find()) {
      return new StartException(
          Reason.ACCOUNT_EXPIRED,
          "the account or its password has expired; log in by hand to set a new one" + words);
    } else if (LOCKED.matcher(since).find()) {
      return new StartException(Reason.ACCOUNT_LOCKED, "the account is locked" + words);
    }
    return new StartException(
        Reason.PASSWORD_WRONG,
        "it did not accept the password, and was not given it again" + words);
  }

  private void give(Answer answer) throws IOException {
    byte[] secret = answer.secret.bytes();
    byte[] line = Arrays.copyOf(secret, secret.length + 1);
    line[secret.length] = '\n';
    try {
      if (answersTo == null) {
        write(line);
      } else {
        answersTo.write(line);
      }
    } finally {
      Arrays.fill(secret, (byte) 0);
      Arrays.fill(line, (byte) 0);
    }
    answer.given = true;
    last = answer.secret;
    answered = size;
    lastHeard = System.nanoTime();
  }

  /** Writes to the program's standard input, unless it has ended. */
  @SuppressWarnings("resource") // it stays open
  void write(byte[] bytes) throws IOException {
    OutputStream out = process.getOutputStream();
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      if (process.isAlive()) {
        throw e;
      } // else the program's own error output says more
    }
  }

  private String text(int from) {
    return new String(said, from, size - from, StandardCharsets.UTF_8);
  }

  /** Masks the secrets that were given: the program or the terminal may repeat them. */
  private String clean(String text) {
    String clean = text.replace(ahead, "");
    for (Answer answer : answers) {
      if (answer.given) {
        String secret = new String(answer.secret.chars());
        clean = secret.isEmpty() ? clean : clean.replace(secret, answer.secret.toString());
      }
    }
    return clean.trim();
  }

  private static String shown(String text) {
    return text.length() <= MAX_SHOWN
        ? text
        : text.substring(0, MAX_SHOWN / 2)
            + " [...] "
            + text.substring(text.length() - MAX_SHOWN / 2);
  }
}
