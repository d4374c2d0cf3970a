package org.mitogen4j.connect;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.mitogen4j.StartException.Reason;

/**
 * Interprets the error output of ssh. It has one exit code for all failures on the way, so only its
 * messages distinguish them.
 */
final class SshFailure {
  /** Messages of ssh about a server that closes the connection before any login. */
  private static final Pattern BEFORE_LOGIN =
      Pattern.compile(
          "(kex|ssh)_exchange_identification: "
              + "|Exceeded MaxStartups|Not allowed at this time"
              + "|Connection (closed|reset) by \\S+ port \\d+");

  /** Messages of ssh about keys on a security key, such as ED25519-SK. */
  private static final Pattern SECURITY_KEY =
      Pattern.compile(
          "(ECDSA|ED25519)-SK|sk-(ssh|ecdsa)-|[Cc]onfirm user presence|for authenticator");

  private SshFailure() {}

  /** The reason why ssh failed before the other side was reached. */
  static Reason reason(String errors) {
    if (errors.contains("Could not resolve hostname")) {
      return Reason.HOST_UNKNOWN;
    } else if (errors.contains("REMOTE HOST IDENTIFICATION HAS CHANGED")) {
      return Reason.HOST_KEY_CHANGED;
    } else if (errors.contains("Host key verification failed")
        || errors.contains("host key is known for")) {
      return Reason.HOST_KEY_UNKNOWN;
    } else if (errors.contains("Permission denied") || errors.contains("Too many authentication")) {
      return Reason.LOGIN_REFUSED;
    } else if (errors.contains("Connection refused")
        || errors.contains("No route to host")
        || errors.contains("Network is unreachable")
        || errors.contains("Connection timed out")
        || errors.contains("stdio forwarding failed")) {
      return Reason.UNREACHABLE;
    } else if (BEFORE_LOGIN.matcher(errors).find()) {
      return Reason.BUSY;
    } else if (errors.contains("Connection reset") || errors.contains("Connection closed")) {
      return Reason.UNREACHABLE;
    }
    return Reason.OTHER;
  }

  /**
   * What the user can do about a failure.
   *
   * @param errors the error output of ssh
   * @param loginsAtOnce the setting of that name
   * @param hostKey finds out how to make the host's key known; may run a program
   * @return a text that begins with a semicolon; null for a reason that is not of ssh alone
   */
  static String advice(Reason reason, String errors, int loginsAtOnce, Supplier<String> hostKey) {
    switch (reason) {
      case BUSY:
        return "; it, or a host on the way, closed the connection before the login, as sshd does"
            + " when more log in at the same time than its MaxStartups allows: lower"
            + " loginsAtOnce(), which is "
            + loginsAtOnce
            + ", raise MaxStartups there, or raise connectTimeout()";
      case HOST_KEY_UNKNOWN:
        return "; make its key known, or trust keys that are seen for the first time with"
            + " hostKeys(ACCEPT_NEW)"
            + hostKey.get();
      case HOST_KEY_CHANGED:
        return "; if that is meant to be, take the old key out of the file that is named";
      case LOGIN_REFUSED:
        return SECURITY_KEY.matcher(errors).find()
            ? "; the key is on a security key: plug it in and touch it when it blinks, within"
                + " connectTimeout(); give its PIN with answer(\"^Enter PIN\", ...), or add the key to"
                + " an agent by ssh-add first"
            : "; give a key with identityFile() or by an agent, a password with password(), or the"
                + " passphrase of a key with passphrase()";
      default:
        return null;
    }
  }
}
