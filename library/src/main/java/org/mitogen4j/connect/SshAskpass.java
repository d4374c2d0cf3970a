package org.mitogen4j.connect;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.util.Arrays;
import java.util.List;

/**
 * The program that ssh runs to ask a question when it has no terminal ({@code SSH_ASKPASS}): a
 * script that writes the question to its standard error and reads the answer from a FIFO. This
 * process reads that standard error, also from an ssh that logs in to a jump host. Script and FIFO
 * are in a private folder that exists only while ssh logs in. A folder that a killed process left
 * behind is named like those of starts, and removed with them.
 */
final class SshAskpass implements AutoCloseable {
  /** Shown in place of the folder before it is made. */
  static final String UNKNOWN_FOLDER = "FOLDER";

  private static final String FIFO = "i";
  private static final String PROGRAM = "o";

  /**
   * A question is one line, with what ssh puts ahead of it: a server could else make up a question
   * of ssh's own, for the passphrase of a key, in a second line. A question that needs no answer is
   * a message, such as the request to touch a security key.
   */
  private static final String SCRIPT =
      String.join(
          "\n",
          "#!/bin/sh",
          "exec 3<>\"${0%/*}/" + FIFO + "\"||exit 1",
          "printf '\\n%s' \"$(printf %s \"$1\"|tr '\\r\\n' '  ')\" >&2",
          "[ \"$SSH_ASKPASS_PROMPT\" = none ]&&{ echo >&2;exit 0;}",
          "IFS= read -r a <&3||exit 1",
          "echo >&2",
          "printf '%s\\n' \"$a\"",
          "");

  /**
   * Makes the folder in a place where programs may be run, and prints its path; fails when ssh is
   * older than 8.4.
   */
  private static final String SETUP =
      "case `\"$2\" -V 2>&1` in OpenSSH_8.[4-9]*|OpenSSH_9.*|OpenSSH_[1-9][0-9].*);;*)exit 1;;esac;"
          + "umask 77;for d in /dev/shm \"$TMPDIR\" /tmp /var/tmp ~;do d=$d/mitogen.$1;"
          + "mkdir -m 700 \"$d\"&&{ mkfifo \"$d/i\"&&printf %s \"$3\" >\"$d/o\"&&chmod 700 \"$d/o\"&&"
          + "[ -x \"$d/o\" ]&&{ echo \"$d\";exit 0;};rm -f \"$d/i\" \"$d/o\";rmdir \"$d\";};done 2>/dev/null;"
          + "exit 1";

  private final File folder;

  private SshAskpass(File folder) {
    this.folder = folder;
  }

  /**
   * Makes the folder with script and FIFO. Blocks while two or three short programs run.
   *
   * @param token a word that no other start uses
   * @return null when this ssh can't ask by a program, or no folder can be made
   */
  static SshAskpass create(String sshPath, String token) throws IOException {
    List<String> setup = Arrays.asList("sh", "-c", SETUP, "sh", token, sshPath, SCRIPT);
    String path = "";
    try {
      path = SshProbe.lines(setup, Redirect.to(SshProbe.NOTHING)).get(0).trim();
    } finally {
      if (path.isEmpty()) { // the shell may have been killed when it had made the folder
        removeAll(token);
      }
    }
    return path.isEmpty() ? null : new SshAskpass(new File(path));
  }

  /** Removes the folder wherever the script may have made it. */
  private static void removeAll(String token) {
    String[] places = {
      "/dev/shm", System.getenv("TMPDIR"), "/tmp", "/var/tmp", System.getProperty("user.home")
    };
    for (String place : places) {
      File made = new File(place == null ? "/tmp" : place, "mitogen." + token);
      if (made.isDirectory()) {
        new SshAskpass(made).close();
      }
    }
  }

  /** Names and values of the environment variables that make ssh use the script. */
  String[] environment() {
    return environment(folder.getPath());
  }

  static String[] environment(String folder) {
    return new String[] {"SSH_ASKPASS", folder + "/" + PROGRAM, "SSH_ASKPASS_REQUIRE", "force"};
  }

  /** The stream for the answer to the last question. */
  OutputStream answers() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] b, int off, int length) throws IOException {
        // opened for reading, too, so that opening does not block when the script has ended
        try (RandomAccessFile fifo = new RandomAccessFile(new File(folder, FIFO), "rw")) {
          fifo.write(b, off, length);
        }
      }
    };
  }

  /** Removes the folder; from then on ssh can't ask. */
  @Override
  public void close() {
    for (String name : new String[] {FIFO, PROGRAM, "."}) {
      File file = name.equals(".") ? folder : new File(folder, name);
      if (!file.delete()) {
        file.deleteOnExit();
      }
    }
  }
}
