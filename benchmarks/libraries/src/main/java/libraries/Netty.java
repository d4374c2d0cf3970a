package libraries;

/** Calls a library. */
public class Netty {
  public static String run() throws Exception {
    var group = new io.netty.channel.nio.NioEventLoopGroup(1);
    try {
      return "netty " + group.next().submit(() -> 5).get();
    } finally {
      group.shutdownGracefully(0, 0, java.util.concurrent.TimeUnit.SECONDS);
    }
  }

  /** Prints how many milliseconds it takes in this JVM. */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    run();
    System.out.println("took " + (System.nanoTime() - start) / 1e6);
    System.exit(0);
  }
}
