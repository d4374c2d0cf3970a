package org.mitogen4j.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import org.mitogen4j.Blob;
import org.mitogen4j.Call;
import org.mitogen4j.CallTimeoutException;
import org.mitogen4j.Cancellation;
import org.mitogen4j.Chain;
import org.mitogen4j.Channel;
import org.mitogen4j.Context;
import org.mitogen4j.ContextInfo;
import org.mitogen4j.DisconnectedException;
import org.mitogen4j.Exposed;
import org.mitogen4j.Guard;
import org.mitogen4j.Policy;
import org.mitogen4j.Receiver;
import org.mitogen4j.Reply;
import org.mitogen4j.Router;
import org.mitogen4j.RouterOptions;
import org.mitogen4j.Select;
import org.mitogen4j.Sender;
import org.mitogen4j.Service;
import org.mitogen4j.Shell;
import org.mitogen4j.Workload;

/** The pieces of code of the guide that are about calls and messages. Each is run by a test. */
final class Messages {
  private Messages() {}

  static int twice(int n) {
    return 2 * n;
  }

  @SuppressWarnings("FutureReturnValueIgnored") // whenComplete returns a copy of the call
  static int asynchronous(Context context) {
    // tag::async
    Call<Integer> call = context.callAsync(Messages::twice, 21);
    call.whenComplete((answer, failure) -> System.out.println(call.context() + ": " + answer));
    return call.join();
    // end::async
  }

  // tag::search
  static long search(long from) {
    for (long n = from; ; n++) {
      if (Long.toString(n).contains("2718281828")) {
        return n;
      } else if (Cancellation.reason() != null) {
        return -1; // a function that blocks would be interrupted
      }
    }
  }

  // end::search

  static void clean(String folder) {
    System.out.println("cleaning " + folder);
  }

  static void forget(Context context) {
    // tag::fire
    context.fire(Messages::clean, "/tmp/build"); // when it fails, the log says so
    // end::fire
  }

  static String busy(Context context) {
    // tag::load
    Workload load = context.workload();
    return load.running() + " run, " + load.queued() + " wait"; // however busy it is
    // end::load
  }

  @SuppressWarnings("FutureReturnValueIgnored") // nothing follows what is printed
  static String facts(Context context) {
    // tag::info
    ContextInfo info = context.info(); // asks it and its parent, for a second at most
    context.ended().thenAccept(reason -> System.out.println(info.host() + ": " + reason.text()));
    return info.user() + ", pid " + info.pid() + ", Java " + info.javaVersion();
    // end::info
  }

  static List<Integer> onExecutor(Context context) throws Exception {
    // tag::executor
    ExecutorService executor = context.executor();
    List<Callable<Integer>> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int n = i;
      tasks.add((Callable<Integer> & Serializable) () -> twice(n));
    }
    List<Integer> results = new ArrayList<>();
    for (Future<Integer> future : executor.invokeAll(tasks)) {
      results.add(future.get());
    }
    executor.shutdown(); // the context goes on
    // end::executor
    return results;
  }

  static int select(List<Context> contexts) {
    int sum = 0;
    // tag::select
    try (Select<Integer> select =
        Select.all(contexts, c -> c.callAsync(Messages::twice, c.id()))
            .atMost(10)
            .within(Duration.ofSeconds(30))) {
      for (Reply<Integer> reply : select) {
        sum += reply.failed() ? 0 : reply.get();
      }
    }
    // end::select
    return sum;
  }

  static void stop(String service) {
    System.out.println(service + " stops");
  }

  static void replace(String service) {
    if (service.equals("db")) {
      throw new IllegalStateException("no new version of " + service);
    }
  }

  static void start(String service) {
    System.out.println(service + " starts");
  }

  static void chain(Context context, String service) {
    // tag::chain
    try (Chain chain = context.chain()) {
      chain.fire(Messages::stop, service);
      chain.fire(Messages::replace, service);
      chain.run(Messages::start, service); // throws what one of them threw
    }
    // end::chain
  }

  // tag::count
  static void count(Sender<Integer> sender, int to) {
    try (Sender<Integer> out = sender) {
      for (int i = 0; i < to; i++) {
        out.send(i); // waits while the reader is behind
      }
    }
  }

  // end::count

  @SuppressWarnings("FutureReturnValueIgnored") // a failure comes by the receiver
  static int receive(Router router, Context context) {
    int sum = 0;
    // tag::receive
    Receiver<Integer> receiver = router.receiver(Integer.class, Policy.only(context));
    context.runAsync(Messages::count, receiver.sender(), 1000);
    for (int n : receiver) {
      sum += n;
    }
    // end::receive
    return sum;
  }

  // tag::sum
  static long sum(Receiver<Integer> receiver) {
    long sum = 0;
    for (int n : receiver) {
      sum += n;
    }
    return sum;
  }

  // end::sum

  @SuppressWarnings("FutureReturnValueIgnored") // a failure comes by the receiver
  static long sendReceiver(Router router, Context producer, Context consumer) {
    // tag::sendReceiver
    Receiver<Integer> receiver = router.receiver(Integer.class);
    producer.runAsync(Messages::count, receiver.sender(), 1000);
    return consumer.call(Messages::sum, receiver); // they come by way of this context's router
    // end::sendReceiver
  }

  // tag::shell
  static void shell(Channel<String, Integer> commands) {
    for (String command : commands) {
      commands.send(Shell.run(command));
    }
  }

  // end::shell

  @SuppressWarnings("FutureReturnValueIgnored") // a failure comes by the receiver
  static int converse(Router router, Context context) {
    // tag::channel
    try (Channel<Integer, String> channel = router.channel()) {
      context.runAsync(Messages::shell, channel.other());
      channel.send("exit 3");
      return channel.get();
    }
    // end::channel
  }

  // tag::blob
  static long checksum(Blob blob) throws IOException {
    CRC32 crc = new CRC32();
    byte[] buffer = new byte[8192];
    try (InputStream in = blob.stream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        crc.update(buffer, 0, n);
      }
    }
    return crc.getValue();
  }

  // end::blob

  static long sendBlob(Context context, byte[] disk) {
    // tag::sendBlob
    return context.call(Messages::checksum, Blob.of(disk, 512, disk.length - 512));
    // end::sendBlob
  }

  static String patiently(Context context) {
    // tag::failures
    try {
      return context.withTimeout(Duration.ofMillis(300)).call(Messages::slowly, "done");
    } catch (CallTimeoutException e) {
      return "too slow: " + e.getMessage(); // it is interrupted there
    } catch (DisconnectedException e) {
      return "lost: " + e.getMessage(); // whether it has run nobody knows
    }
    // end::failures
  }

  static String slowly(String answer) throws InterruptedException {
    Thread.sleep(20_000);
    return answer;
  }

  // tag::guard
  /** Lets in the contexts that it was given, by their numbers. */
  public static class Vault implements Guard {
    private final Set<Integer> friends = ConcurrentHashMap.newKeySet();

    @Exposed
    public void admit(Context friend) {
      friends.add(friend.id());
    }

    @Exposed(to = Exposed.To.CHECKED)
    public String open() {
      return "gold";
    }

    @Override
    public boolean permits(Context caller, String method, Object[] arguments) {
      return friends.contains(caller.id());
    }
  }

  // end::guard

  static String openVault(Context where) {
    return where.service(Vault.class).call("open");
  }

  // tag::service
  /** Started in a context by the first call from above. */
  public static class Packages {
    private final List<String> installed = new ArrayList<>();

    @Exposed(run = Exposed.Run.SERIALLY)
    public int install(String name) {
      installed.add(name);
      return installed.size();
    }

    @Exposed(to = Exposed.To.ANYBODY)
    public boolean has(String name) {
      return installed.contains(name);
    }
  }

  // end::service

  static boolean callService(Context context) {
    // tag::callService
    Service packages = context.service(Packages.class);
    packages.call("install", "tar");
    boolean there = packages.call("has", "tar");
    // end::callService
    return there;
  }

  static Router options() {
    // tag::options
    return Router.create(
        RouterOptions.defaults()
            .messageLimit(1 << 30)
            .unidirectional(true)
            .heartbeat(Duration.ofSeconds(2))
            .connecting(100));
    // end::options
  }

  static List<String> whereAmI(Context context) {
    // tag::where
    return context.call(
        () -> {
          Router here = Router.current();
          return Arrays.asList(here.self().name(), here.parents().get(0).name());
        });
    // end::where
  }
}
