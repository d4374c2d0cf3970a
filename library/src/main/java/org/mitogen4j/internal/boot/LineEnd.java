package org.mitogen4j.internal.boot;

import java.io.DataInputStream;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The main class of the console jar, where it is called Mitogen4j: the child's end of a {@link
 * ReliableLine} over its terminal, and behind it the first stage in the same JVM. Arguments and
 * descriptors are those of {@link FirstStage}; besides, descriptor 2 is a pipe that nobody reads
 * but this class, where the system lets it.
 */
public final class LineEnd extends ReliableLine {
  /** How long an exit waits for what was printed and said last to arrive. */
  private static final long EXIT_MILLIS = 5_000;

  /** Nothing more is said by a JVM that exits when it was quiet for this time. */
  private static final long QUIET_MILLIS = 200;

  /** Waits at the exit. */
  private final Thread atExit = new Thread(this);

  /** Carries what this process and its programs print to standard error. */
  private final Thread pump = new Thread(this, "mitogen stream errors");

  private InputStream errorsFrom;

  private LineEnd(InputStream in, OutputStream out, String token) {
    super(in, out, token, CHILD);
  }

  /** Started by the first-stage script. */
  public static void main(String[] args) throws Exception {
    boolean open = args.length > 4;
    InputStream in =
        open ? new FileInputStream(args[3]) : new FileInputStream(FirstStage.descriptor(7));
    OutputStream out =
        open ? new FileOutputStream(args[4]) : new FileOutputStream(FirstStage.descriptor(8));
    InputStream stdout =
        open ? new FileInputStream(args[5]) : new FileInputStream(FirstStage.descriptor(5));
    LineEnd line = new LineEnd(in, out, args[0]);
    line.start("mitogen line");
    File errors = new File("/proc/self/fd/2");
    if (errors.exists() && !errors.getCanonicalPath().startsWith("/dev")) { // a pipe
      line.errorsFrom = new FileInputStream(errors);
      line.pump.setDaemon(true);
      line.pump.start();
    }
    Runtime.getRuntime().addShutdownHook(line.atExit);
    byte[] deflated = new byte[Integer.parseInt(args[2])];
    new DataInputStream(line).readFully(deflated);
    FirstStage.start(deflated, args, line, line.data, stdout).run();
  }

  /** The parent is gone without a word: so is this JVM. */
  @Override
  protected void lost() {
    Runtime.getRuntime().halt(1);
  }

  /** Runs on all three threads, for each class of its own would cost bytes on a slow line. */
  @Override
  public void run() {
    Thread self = Thread.currentThread();
    try {
      if (self == atExit) {
        drain(QUIET_MILLIS, EXIT_MILLIS);
      } else if (self == pump) {
        byte[] b = new byte[2048];
        for (int n; (n = errorsFrom.read(b)) > 0; ) {
          errors.write(b, 0, n);
        }
      } else {
        super.run();
      }
    } catch (IOException | InterruptedException e) {
      // the line is closed
    }
  }
}
