package org.mitogen4j.internal.parent.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.Context;
import org.mitogen4j.Router;

@Timeout(30)
class SocketLinkTest {
  private static final int LONG = 1 << 23; // more than any socket buffers

  @TempDir Path folder;

  static int twice(int n) {
    return 2 * n;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  void aSenderThatIsInterruptedDoesNotCloseTheDoorsLink() throws Exception {
    Path door = folder.resolve("door");
    try (Router host = Router.create();
        Closeable open = host.listen(door);
        Router guest = Router.attach(door)) {
      assertThat(open).isNotNull();
      Context context = guest.parents().get(0);
      assertThat(context.call(SocketLinkTest::twice, 1)).isEqualTo(2);

      CompletableFuture<Integer> answer = new CompletableFuture<>();
      Thread sender =
          new Thread(
              () -> {
                Thread.currentThread().interrupt();
                context
                    .callAsync(SocketLinkTest::twice, 2)
                    .whenComplete((n, e) -> answer.complete(e == null ? n : -1));
              });
      sender.start();

      assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(4);
      assertThat(context.call(SocketLinkTest::twice, 3)).isEqualTo(6);
    }
  }

  @Test
  void anInterruptDuringALongWriteIsKeptForLater() throws Exception {
    try (ServerSocketChannel server = UnixSocket.listen(folder.resolve("s"));
        SocketLink one = new SocketLink(UnixSocket.connect(folder.resolve("s")));
        SocketLink other = new SocketLink(server.accept())) {
      byte[] bytes = new byte[LONG];
      new Random(1).nextBytes(bytes);
      CompletableFuture<Boolean> kept = new CompletableFuture<>();
      Thread writer =
          new Thread(
              () -> {
                try {
                  one.output().write(bytes);
                  kept.complete(Thread.currentThread().isInterrupted());
                } catch (IOException e) {
                  kept.completeExceptionally(e);
                }
              });
      writer.start();
      DataInputStream in = new DataInputStream(other.input());
      byte[] back = new byte[LONG];
      in.readFully(back, 0, 10); // it is writing

      writer.interrupt();
      in.readFully(back, 10, LONG - 10);

      assertThat(kept.get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(back).isEqualTo(bytes);
    }
  }

  @Test
  void closingEndsReadersHereAndThere() throws Exception {
    try (ServerSocketChannel server = UnixSocket.listen(folder.resolve("s"));
        SocketLink other = new SocketLink(UnixSocket.connect(folder.resolve("s")))) {
      SocketLink one = new SocketLink(server.accept());
      CompletableFuture<Integer> here = CompletableFuture.supplyAsync(() -> read(one));
      CompletableFuture<Integer> there = CompletableFuture.supplyAsync(() -> read(other));
      other.output().write(1);
      assertThat(here.get(20, TimeUnit.SECONDS)).isEqualTo(1);
      CompletableFuture<Integer> again = CompletableFuture.supplyAsync(() -> read(one));

      one.close();

      assertThat(again.get(20, TimeUnit.SECONDS)).isEqualTo(-2);
      assertThat(there.get(20, TimeUnit.SECONDS)).isEqualTo(-1);
      assertThatThrownBy(() -> one.output().write(1)).isInstanceOf(IOException.class);
    }
  }

  private static int read(SocketLink link) {
    try {
      return link.input().read();
    } catch (IOException e) {
      return -2;
    }
  }
}
