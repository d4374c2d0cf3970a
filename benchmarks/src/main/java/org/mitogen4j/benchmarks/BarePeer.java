package org.mitogen4j.benchmarks;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** The other end of the bare pipes: answers pings, swallows blocks, or passes all on to another. */
final class BarePeer {
  static final int PING = 32;
  static final int BLOCK = 1 << 17;

  private BarePeer() {}

  public static void main(String[] args) throws Exception {
    InputStream in = new FileInputStream(FileDescriptor.in);
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    if (args[0].equals("pong")) {
      pong(in, out);
    } else if (args[0].equals("pass")) {
      pass(in, out, BareJvm.start(Arrays.asList(args).subList(1, args.length)));
    } else {
      swallow(in, out, Integer.parseInt(args[0]));
    }
  }

  /** A thread each way; ends when the other end closes the pipe. */
  private static void pass(InputStream in, OutputStream out, Process further) throws IOException {
    Thread back =
        new Thread(
            () -> {
              try {
                copy(further.getInputStream(), out);
              } catch (IOException e) {
                System.exit(1);
              }
            });
    back.setDaemon(true);
    back.start();
    try {
      copy(in, further.getOutputStream());
    } finally {
      further.destroy();
    }
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] block = new byte[BLOCK];
    for (int n = from.read(block); n >= 0; n = from.read(block)) {
      to.write(block, 0, n);
      to.flush();
    }
  }

  /** Reads on this thread, and answers on another. */
  private static void pong(InputStream in, OutputStream out) throws Exception {
    HandOver handOver = new HandOver();
    Thread answering = new Thread(() -> answer(handOver, out));
    answering.setDaemon(true);
    answering.start();
    readPings(in, handOver);
  }

  /** Hands on one ping after another, until the other end closes the pipe. */
  static void readPings(InputStream in, HandOver handOver) throws IOException {
    byte[] ping = new byte[PING];
    for (int have = 0, n; (n = in.read(ping, have, PING - have)) >= 0; ) {
      have += n;
      if (have == PING) {
        handOver.put(ping);
        have = 0;
        ping = new byte[PING];
      }
    }
  }

  private static void answer(HandOver handOver, OutputStream out) {
    try {
      for (; ; ) {
        out.write(handOver.take());
        out.flush();
      }
    } catch (IOException | InterruptedException e) {
      System.exit(1);
    }
  }

  /** Answers with a byte after each block of bytes. */
  private static void swallow(InputStream in, OutputStream out, int size) throws IOException {
    byte[] block = new byte[BLOCK];
    int n = 0;
    for (int read = in.read(block);
        read >= 0;
        read = in.read(block, 0, Math.min(BLOCK, size - n))) {
      n += read;
      if (n == size) {
        n = 0;
        out.write(1);
        out.flush();
      }
    }
  }
}
