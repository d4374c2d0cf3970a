package org.mitogen4j.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Passes on what comes to a port of the loopback interface, some time later, both ways. */
final class Relay implements AutoCloseable {
  private static final byte[] END = {};

  private final ServerSocket server;
  private final int target;
  private final long delayNanos;

  /** Bytes, and when they are due; the end of the stream is {@link #END}. */
  private static final class Late {
    final byte[] bytes;
    final long due;

    Late(byte[] bytes, long due) {
      this.bytes = bytes;
      this.due = due;
    }
  }

  Relay(int target, int delayMillis) throws IOException {
    this.target = target;
    delayNanos = delayMillis * 1_000_000L;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** What a thread here does, until a socket is closed. */
  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void thread(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException | InterruptedException e) {
                // one end is closed: nobody waits for what is on its way
              }
            },
            "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    for (; ; ) {
      Socket from = server.accept();
      Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
      from.setTcpNoDelay(true);
      to.setTcpNoDelay(true);
      pass(from, to);
      pass(to, from);
    }
  }

  private void pass(Socket from, Socket to) {
    BlockingQueue<Late> queue = new LinkedBlockingQueue<>();
    thread(() -> read(from, queue));
    thread(() -> write(queue, to));
  }

  private void read(Socket from, BlockingQueue<Late> queue) throws IOException {
    byte[] room = new byte[1 << 16];
    try {
      InputStream in = from.getInputStream();
      for (int n = in.read(room); n >= 0; n = in.read(room)) {
        queue.add(new Late(Arrays.copyOf(room, n), System.nanoTime() + delayNanos));
      }
    } finally {
      queue.add(new Late(END, System.nanoTime() + delayNanos));
    }
  }

  private static void write(BlockingQueue<Late> queue, Socket to)
      throws IOException, InterruptedException {
    try (Socket closing = to) {
      OutputStream out = closing.getOutputStream();
      for (Late late = queue.take(); ; late = queue.take()) {
        long wait = late.due - System.nanoTime();
        if (wait > 0) {
          Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
        }
        if (late.bytes == END) {
          return;
        }
        out.write(late.bytes);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
