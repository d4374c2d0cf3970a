package org.mitogen4j.examples;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.BasicFileAttributes;
import org.mitogen4j.Context;
import org.mitogen4j.Receiver;
import org.mitogen4j.Reply;
import org.mitogen4j.Router;
import org.mitogen4j.Sender;
import org.mitogen4j.connect.Ssh;

/** Follows a log file on many hosts, also while it is rotated. */
public final class TailLog {
  private static final int POLL_MILLIS = 100;

  private TailLog() {}

  /** Follows /var/log/syslog on the hosts given as arguments, until it is interrupted. */
  @SuppressWarnings("FutureReturnValueIgnored") // a failure comes by the receiver
  public static void main(String[] hosts) {
    if (hosts.length == 0) {
      System.err.println("give the hosts whose log is to be followed");
      System.exit(2);
    }
    try (Router router = Router.create()) {
      // tag::receive
      Receiver<String> lines = router.receiver();
      for (String host : hosts) {
        Context context = router.connectAsync(Ssh.host(host).name(host));
        context.runAsync(TailLog::tailLogFile, lines.sender(), "/var/log/syslog");
      }
      for (Reply<String> line : lines.replies()) {
        System.out.println(line); // host (1): the line, or why there are no more from there
      }
      // end::receive
    }
  }

  // tag::tail
  /** Sends the lines of a log file, those to come too, until the receiver is closed. */
  static void tailLogFile(Sender<String> sender, String path) throws Exception {
    Path log = Paths.get(path);
    try (Sender<String> out = sender) {
      while (out.isOpen()) {
        Object file = key(log);
        if (file != null) {
          try (InputStream in = new BufferedInputStream(Files.newInputStream(log))) {
            if (file.equals(key(log))) {
              follow(out, in, log, file);
            } // else it was rotated just now
          }
        } else {
          Thread.sleep(POLL_MILLIS); // it is about to be made
        }
      }
    }
  }

  /** Returns when another file has the name, or this one was cut, and all of it was sent. */
  private static void follow(Sender<String> out, InputStream in, Path log, Object file)
      throws Exception {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long read = 0;
    boolean last = false;
    while (out.isOpen()) {
      int b = in.read();
      if (b == '\n') {
        out.send(new String(line.toByteArray(), StandardCharsets.UTF_8));
        line.reset();
      } else if (b >= 0) {
        line.write(b);
      } else if (last) {
        return;
      } else if (file.equals(key(log)) && Files.size(log) >= read) {
        Thread.sleep(POLL_MILLIS);
      } else {
        last = true; // what was written to it before that is still to be read
      }
      read += b >= 0 ? 1 : 0;
    }
  }

  /** What stays with a file when it is renamed; null when there is no such file. */
  private static Object key(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }
  // end::tail
}
