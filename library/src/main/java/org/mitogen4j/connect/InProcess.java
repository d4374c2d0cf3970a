package org.mitogen4j.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.connect.spi.MemoryPipe;
import org.mitogen4j.connect.spi.ProcessId;
import org.mitogen4j.internal.boot.FirstStage;

/**
 * A child in this JVM, with a class loader of its own: classes are sent to it, and its static
 * fields are its own, as in any other child. It starts within milliseconds, so it is good for
 * tests. Its output is not captured, and it can't be killed: it ends when its parent does, but
 * functions that never return keep their thread.
 */
public final class InProcess extends ConnectionMethod<InProcess> {
  private static final long serialVersionUID = 1;

  private InProcess() {}

  /**
   * Makes a connection method. Settings for processes, such as {@link #jvmArguments}, have no
   * effect.
   *
   * @return the method
   */
  public static InProcess create() {
    return new InProcess();
  }

  @Override
  public Connection open(Bootstrap bootstrap) {
    return new Joined(bootstrap);
  }

  @Override
  public String defaultName() {
    return "inprocess";
  }

  @Override
  public String toString() {
    return "in-process";
  }

  private static final class Joined implements Connection, Runnable {
    private final Bootstrap bootstrap;
    private final MemoryPipe down = new MemoryPipe();
    private final MemoryPipe up = new MemoryPipe();

    /** The text that says how the context ended, for {@link #failure}. */
    private volatile String how = "an in-process context did not start";

    Joined(Bootstrap bootstrap) {
      this.bootstrap = bootstrap;
      Thread thread = new Thread(this, "mitogen read in-process");
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void run() {
      String outcome = how;
      try {
        // as those of FirstStage: a fourth argument would mean that LC_ALL is the script's
        String length = String.valueOf(bootstrap.image().length);
        String[] args = {bootstrap.token(), ProcessId.own(), length};
        Runnable context =
            FirstStage.start(bootstrap.image(), args, down.input(), up.output(), null);
        outcome = "the in-process context ended";
        how = outcome;
        context.run();
      } catch (Exception e) {
        how = outcome + ": " + e;
      } finally {
        up.close();
        down.close();
      }
    }

    @Override
    public InputStream input() {
      return up.input();
    }

    @Override
    public OutputStream output() {
      return down.output();
    }

    @Override
    public byte[] preamble() {
      return bootstrap.settings();
    }

    @Override
    public InputStream errors() {
      return null;
    }

    @Override
    public StartException failure(boolean reached, String printed, String errors) {
      return new StartException(Reason.OTHER, how);
    }

    @Override
    public void close() throws IOException {
      up.close();
      down.close();
    }
  }
}
