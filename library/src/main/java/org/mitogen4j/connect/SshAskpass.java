package org.mitogen4j.connect;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.util.Arrays;
import java.util.List;

/**
 * The program that ssh runs to ask something where it has no terminal ({@code SSH_ASKPASS}): a
 * script that writes the question to standard error, which reaches this process also from an ssh
 * that is on the way to a jump host, and reads the answer from a FIFO. Both are in a private
 * folder, which is there only while ssh logs in; one that is left by a process that was killed
 * looks like those of starts, and is removed as they are.
 */
final class SshAskpass implements AutoCloseable {
  /** Stands for the folder where it is not made yet. */
  static final String UNKNOWN_FOLDER = "FOLDER";

  private static final String FIFO = "i";
  private static final String PROGRAM = "o";

  /** Questions without an answer only tell something, such as to touch a security key. */
  private static final String SCRIPT =
      String.join(
          "\n",
          "#!/bin/sh",
          "exec 3<>\"${0%/*}/" + FIFO + "\"||exit 1",
          "printf '\\n%s' \"$(printf %s \"$1\")\" >&2",
          "[ \"$SSH_ASKPASS_PROMPT\" = none ]&&{ echo >&2;exit 0;}",
          "IFS= read -r a <&3||exit 1",
          "echo >&2",
          "printf '%s\\n' \"$a\"",
          "");

  /** Makes the folder where programs may be run, and tells it; fails where ssh is before 8.4. */
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
   * Makes one; waits for two or three short programs.
   *
   * @param token a word that no other has
   * @return null where ssh does not know it, or no folder can be had
   */
  static SshAskpass create(String sshPath, String token) throws IOException {
    List<String> setup = Arrays.asList("sh", "-c", SETUP, "sh", token, sshPath, SCRIPT);
    String path = SshProbe.lines(setup, Redirect.to(SshProbe.NOTHING)).get(0).trim();
    return path.isEmpty() ? null : new SshAskpass(new File(path));
  }

  /** Names and values of the variables that have ssh use it. */
  String[] environment() {
    return environment(folder.getPath());
  }

  static String[] environment(String folder) {
    return new String[] {"SSH_ASKPASS", folder + "/" + PROGRAM, "SSH_ASKPASS_REQUIRE", "force"};
  }

  /** Gives an answer to the question that was asked last. */
  OutputStream answers() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] b, int off, int length) throws IOException {
        // for reading, too: so it is opened at once, also where the program has ended
        try (RandomAccessFile fifo = new RandomAccessFile(new File(folder, FIFO), "rw")) {
          fifo.write(b, off, length);
        }
      }
    };
  }

  /** Removes it; ssh asks no more. */
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
