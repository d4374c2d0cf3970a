package org.mitogen4j;

import java.io.IOException;
import org.mitogen4j.internal.context.printed.Printable;

/**
 * A child could not be started. The message says what was tried, in which context, and why it
 * failed. It is safe to print, as that of a {@link MitogenException} is.
 */
public final class StartException extends IOException {
  private static final long serialVersionUID = 1;

  /** The kinds of failures, for callers that act differently; more may be added. */
  public enum Reason {
    /** The host's name can't be resolved. */
    HOST_UNKNOWN,
    /** No server listens there, or the network does not lead there. */
    UNREACHABLE,
    /**
     * The server, or one on the way to it, closed the connection before the login, as sshd does
     * where too many log in at the same time. It was tried again until the connect timeout.
     */
    BUSY,
    /** The host's key is not known here, and the policy is to refuse such hosts. */
    HOST_KEY_UNKNOWN,
    /** The host's key differs from the known one. */
    HOST_KEY_CHANGED,
    /** The host does not accept our key, or offers no way to log in that works without asking. */
    LOGIN_REFUSED,
    /**
     * The login was accepted, but our command was not run as it should be: the account is closed
     * (nologin), allows file transfer only, has a forced command, or its start-up files end the
     * shell or read its standard input.
     */
    COMMAND_REFUSED,
    /** The account or its password has expired. */
    ACCOUNT_EXPIRED,
    /** The account is locked, such as after wrong passwords. */
    ACCOUNT_LOCKED,
    /**
     * The console showed nothing, though it was sent line breaks: nobody listens there, or not at
     * this speed.
     */
    CONSOLE_SILENT,
    /** The console shows something, but no prompt that is known. */
    PROMPT_UNKNOWN,
    /** The console changes or loses too much of what is typed. */
    CONSOLE_UNRELIABLE,
    /** The program on the way works with a terminal only. */
    TERMINAL_REQUIRED,
    /** A password was asked for, and none was given. */
    PASSWORD_REQUIRED,
    /** The password is wrong. */
    PASSWORD_WRONG,
    /** No java program was found. */
    JAVA_MISSING,
    /** The java program found can't run the library: it needs Java 8. */
    JAVA_TOO_OLD,
    /** The java program was found, but did not start. */
    JAVA_FAILED,
    /** No place could be written, or each is full. */
    NO_SPACE,
    /** The child's JVM did not get the memory that it needs. */
    NO_MEMORY,
    /** The account may start no more processes or threads. */
    TOO_MANY_PROCESSES,
    /** There is no POSIX shell. */
    SHELL_MISSING,
    /** The program that makes the connection is not installed here. */
    CLIENT_MISSING,
    /** The container, pod or user does not exist. */
    TARGET_UNKNOWN,
    /** The child or what leads to it was killed. */
    KILLED,
    /** It took longer than the connect timeout. */
    TIMEOUT,
    /** Any other failure; the message has all that is known. */
    OTHER
  }

  private final Reason reason;

  /**
   * Makes an exception. For connection methods, which throw it when they know the kind of failure.
   *
   * @param reason the kind of failure; not null
   * @param message what was tried, and why it failed; characters that can't be printed safely are
   *     replaced
   */
  public StartException(Reason reason, String message) {
    super(Printable.lines(message)); // much of it is what hosts and programs say
    this.reason = reason;
  }

  /** What kind of failure it is; never null. */
  public Reason reason() {
    return reason;
  }
}
