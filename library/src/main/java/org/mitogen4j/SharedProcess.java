package org.mitogen4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.spi.Bootstrap;
import org.mitogen4j.connect.spi.Connection;
import org.mitogen4j.connect.spi.ConnectionMethod;
import org.mitogen4j.connect.spi.MemoryPipe;

/**
 * A child in the process of another router's context: for programs that have different classes of
 * the same names, such as two versions of a plugin. Each router sends the classes of its own class
 * loader ({@link RouterOptions#classLoader}). Both run side by side in one process, with one login:
 *
 * <pre>{@code
 * Context host = first.connect(Ssh.host("web1"));
 * Context sameProcess = second.connect(SharedProcess.with(host));
 * }</pre>
 *
 * <p>As a child by {@link InProcess}, the child has static fields of its own and can't be killed; a
 * function that never returns keeps its thread until the process ends. What it prints appears as
 * output of the host context. It ends when its own router is closed, and when the host context
 * ends. Its bytes travel as items of a {@link Channel} of the host context's router.
 *
 * <p>Only the program that has made both routers can start it, by {@link Router#connect}. In
 * another context {@link Context#connect} throws a {@link StartException}, since that context does
 * not know the host context.
 */
public final class SharedProcess extends ConnectionMethod<SharedProcess> {
  private static final long serialVersionUID = 1;
  private static final byte[] NONE = {};

  /** Null in a copy that was sent to another context. */
  private final transient @Nullable Context host;

  private final String hostName;
  private final String name;

  private SharedProcess(Context host) {
    this.host = host;
    hostName = host.toString();
    name = "shared." + host.name();
  }

  /**
   * Makes a connection method. Settings for processes, such as {@link #jvmArguments}, have no
   * effect.
   *
   * @param host a context of another router of this program; need not be ready yet
   * @return the method
   */
  public static SharedProcess with(Context host) {
    return new SharedProcess(host);
  }

  @Override
  public Connection open(Bootstrap bootstrap) throws IOException {
    if (host == null) {
      throw new StartException(
          Reason.OTHER,
          "the process of "
              + hostName
              + " can't be shared from here: connect to it with router.connect, in the program"
              + " that has that context");
    }
    Channel<byte[], byte[]> channel = new Channel<>(host.router(), byte[].class);
    boolean isOpen = false;
    try {
      host.withTimeout(connectTimeout())
          .run(SharedProcess::start, channel.other(), bootstrap.token(), bootstrap.image());
      Connection opened = new Shared(hostName, channel, bootstrap);
      isOpen = true;
      return opened;
    } catch (RuntimeException e) {
      throw new IOException("can't start in the process of " + hostName + ": " + e.getMessage(), e);
    } finally {
      if (!isOpen) {
        channel.close();
      }
    }
  }

  /** Starts the child, in the process of the other context. */
  static void start(Channel<byte[], byte[]> channel, String token, byte[] image)
      throws IOException {
    Connection child = InProcess.create().open(new Bootstrap(token, "", NONE, image, NONE));
    boolean isStarted = false;
    try {
      new ChannelRelay(channel, child.input(), child.output()).start(); // which closes these
      isStarted = true;
    } finally {
      if (!isStarted) {
        child.close();
        channel.close();
      }
    }
  }

  @Override
  public String defaultName() {
    return name;
  }

  @Override
  public String toString() {
    return "shared process of " + hostName;
  }

  /** This end of the connection. */
  private static final class Shared implements Connection {
    private final String hostName;
    private final Bootstrap bootstrap;
    private final InputStream input;
    private final OutputStream output;
    private final ChannelRelay relay;

    Shared(String hostName, Channel<byte[], byte[]> channel, Bootstrap bootstrap) {
      this.hostName = hostName;
      this.bootstrap = bootstrap;
      // the link's threads wait for these pipes only, never for the channel
      MemoryPipe down = new MemoryPipe();
      MemoryPipe up = new MemoryPipe();
      input = up.input();
      output = down.output();
      relay = new ChannelRelay(channel, down.input(), up.output());
      relay.start();
    }

    @Override
    public InputStream input() {
      return input;
    }

    @Override
    public OutputStream output() {
      return output;
    }

    @Override
    public byte[] preamble() {
      return bootstrap.settings();
    }

    @Override
    public @Nullable InputStream errors() {
      return null;
    }

    @Override
    public StartException failure(boolean reached, String printed, String errors) {
      String why = relay.failure();
      return new StartException(
          Reason.OTHER,
          "the connection through " + hostName + " has ended" + (why == null ? "" : ": " + why));
    }

    @Override
    public void close() {
      relay.close();
    }
  }
}
