package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.junit.Child;
import org.mitogen4j.junit.MitogenTest;

/** Methods that others call by name. */
@MitogenTest
class ServiceTest {
  private Router router;
  private Context a;
  private Context b;

  @BeforeEach
  void use(Router router, @Child(name = "a") Context a, @Child(name = "b") Context b) {
    this.router = router;
    this.a = a;
    this.b = b;
  }

  /** What the program may send. */
  public enum Color {
    RED,
    GREEN
  }

  /** A service. */
  public static class Shop implements Guard {
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger searched = new AtomicInteger();
    private final List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch all = new CountDownLatch(16); // threads of the pool
    private final CountDownLatch go = new CountDownLatch(1);
    private volatile String ended = "not yet";

    @Exposed
    public String forParents(String name) {
      return "for parents, " + name + " in " + Router.current().self().name();
    }

    @Exposed(to = Exposed.To.ANYBODY)
    public String forAnybody(int n, List<String> names) {
      return n + " " + names;
    }

    @Exposed(to = Exposed.To.CHECKED)
    public String forFriends(String password) {
      return "welcome";
    }

    @Exposed(to = Exposed.To.ANYBODY)
    public Color paint(Color color) {
      return color == Color.RED ? Color.GREEN : Color.RED;
    }

    @Exposed(run = Exposed.Run.SERIALLY)
    public int serially(int n) throws InterruptedException {
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      Thread.sleep(1); // time for others to come in, if they can
      order.add(n);
      inside.decrementAndGet();
      return most.get();
    }

    @Exposed
    public List<Integer> order() {
      return new ArrayList<>(order);
    }

    @Exposed(run = Exposed.Run.DEDUPLICATED)
    public int search(String what, byte[] key) throws InterruptedException {
      go.await();
      return searched.incrementAndGet();
    }

    @Exposed(run = Exposed.Run.DEDUPLICATED)
    public int takeAll(List<Integer> from) {
      int taken = from.size();
      from.clear();
      return taken;
    }

    @Exposed
    public void go() {
      go.countDown();
    }

    @Exposed
    public int most() throws InterruptedException {
      int now = inside.incrementAndGet();
      most.accumulateAndGet(now, Math::max);
      all.countDown();
      all.await(20, TimeUnit.SECONDS);
      Thread.sleep(5); // time for others to come in, if they can
      inside.decrementAndGet();
      return most.get();
    }

    @Exposed
    public void sleep() throws InterruptedException {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        ended = "interrupted";
        throw e;
      }
    }

    @Exposed
    public String ended() {
      return ended;
    }

    @Exposed
    public CompletableFuture<String> later() {
      return CompletableFuture.supplyAsync(() -> "later");
    }

    public String hidden() {
      return "nobody sees this";
    }

    @Override
    public boolean permits(Context caller, String method, Object[] arguments) {
      return arguments[0].equals("sesame");
    }
  }

  // ---- what runs in the children

  static String shop(Context where, String method, List<Object> arguments) {
    try {
      return "got " + where.service(Shop.class).call(method, arguments.toArray());
    } catch (MitogenException e) {
      return e.getMessage();
    }
  }

  static String parentsShop(String method, List<Object> arguments) {
    return shop(Router.current().parents().get(0), method, arguments);
  }

  private String fromB(String method, Object... arguments) {
    return b.call(ServiceTest::shop, a, method, Arrays.asList(arguments));
  }

  // ----

  @Test
  void aParentsCallStartsTheService() {
    String said = a.service(Shop.class).call("forParents", "Tom");

    assertThat(said).isEqualTo("for parents, Tom in a");
    assertThat((String) a.service(Shop.class.getName()).call("later")).isEqualTo("later");
  }

  @Test
  void othersCallWhatTheyMayOnceItRuns() {
    assertThat(fromB("forAnybody", 1, Arrays.asList("x"))).contains("a (1): a runs no services");
    a.service(Shop.class).call("go");

    assertThat(fromB("forAnybody", 1, Arrays.asList("x"))).isEqualTo("got 1 [x]");
    assertThat(fromB("forParents", "Tom"))
        .contains("SecurityException: context 2 may not call")
        .contains("Shop.forParents of a");
    assertThat(fromB("forFriends", "sesame")).isEqualTo("got welcome");
    assertThat(fromB("forFriends", "guess")).contains("SecurityException");
  }

  @Test
  @Timeout(30)
  void askingAContextThatIsOnlyStartingFailsWithAReason() {
    for (int i = 0; i < 20; i++) {
      Context young = router.connectAsync(InProcess.create().name("young"));
      assertThat(
              b.call(
                  ServiceTest::shop,
                  young,
                  "forAnybody",
                  new ArrayList<Object>(Arrays.asList(1, Arrays.asList("x")))))
          .contains("young runs no services");
    }
  }

  @Test
  void childrenCallServicesThatTheMasterRuns() {
    router.serve(new Shop());

    assertThat(a.call(ServiceTest::parentsShop, "forAnybody", Arrays.asList(2, Arrays.asList("y"))))
        .isEqualTo("got 2 [y]");
    assertThat(a.call(ServiceTest::parentsShop, "forParents", Arrays.asList("me")))
        .contains("SecurityException");
    assertThat(a.call(ServiceTest::parentsShop, "paint", Arrays.asList(Color.RED)))
        .isEqualTo("got GREEN");
  }

  @Test
  void argumentsAreOfTheTypesThatTheMethodSays() {
    router.serve(new Shop());

    assertThat(a.call(ServiceTest::parentsShop, "forAnybody", Arrays.asList("1", null)))
        .contains("argument 1 of")
        .contains("int is declared, but a java.lang.String came");
    assertThat(a.call(ServiceTest::parentsShop, "forAnybody", Arrays.asList(1, Color.RED)))
        .contains("is not among the types expected here");
  }

  @Test
  void whatIsNotExposedCantBeCalled() {
    Service shop = a.service(Shop.class);

    assertThatThrownBy(() -> shop.call("hidden"))
        .isInstanceOf(CallException.class)
        .hasMessageContaining("exposes no method hidden with 0 parameters");
    assertThatThrownBy(() -> shop.call("forParents")).hasMessageContaining("with 0 parameters");
    assertThatThrownBy(() -> a.service(ServiceTest.class).call("fromB"))
        .hasMessageContaining("is no service");
    assertThatThrownBy(() -> a.service("no.such.Thing").call("x"))
        .hasMessageContaining("no.such.Thing");
  }

  @Test
  void serialCallsRunOneAfterAnother() {
    Service shop = a.service(Shop.class);
    shop.call("order");
    List<Call<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(shop.callAsync("serially", i));
    }

    for (Call<Integer> call : calls) {
      assertThat(call.join()).isEqualTo(1);
    }
    List<Integer> order = shop.call("order");
    assertThat(order).hasSize(50);
  }

  @Test
  void equalCallsAreAnsweredTogether() throws Exception {
    router.serve(new Shop());
    Service shop = router.self().service(Shop.class);
    Call<Integer> first = shop.callAsync("search", "x", new byte[] {1});
    Call<Integer> second = shop.callAsync("search", "x", new byte[] {1});
    Call<Integer> other = shop.callAsync("search", "y", new byte[] {1});
    Call<Integer> third = shop.callAsync("search", "x", new byte[] {2});
    ServedObject served = ServicePool.of(router).service(Shop.class.getName());
    Await.until(() -> served.waiting() == 1);

    shop.call("go");

    assertThat(first.join()).isEqualTo(second.join());
    assertThat(Arrays.asList(first.join(), other.join(), third.join()))
        .containsExactlyInAnyOrder(1, 2, 3);
  }

  @Test
  void callsShareAPoolOfAFixedSize() {
    Service shop = a.service(Shop.class);
    shop.call("order");
    List<Call<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      calls.add(shop.callAsync("most"));
    }

    assertThat(calls).allMatch(call -> call.join() <= 16);
    assertThat(calls.get(199).join()).isEqualTo(16);
  }

  @Test
  void cancellingInterruptsTheMethod() throws Exception {
    Service shop = a.withTimeout(Duration.ofSeconds(20)).service(Shop.class);
    shop.call("order");
    Call<Void> call = shop.callAsync("sleep");
    Service quick = a.withTimeout(Duration.ofMillis(50)).service(Shop.class);

    assertThatThrownBy(() -> quick.call("sleep")).isInstanceOf(CallTimeoutException.class);
    call.cancel(true);

    Await.until(() -> shop.<String>call("ended").equals("interrupted"));
  }

  @Test
  void aServiceExposesSomething() {
    assertThatThrownBy(() -> router.serve("text"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String is no service");
  }

  @Test
  @Timeout(20)
  void aMethodThatChangesItsArgumentsIsAnswered() {
    Service shop = a.service(Shop.class);
    for (int i = 0; i < 2; i++) {
      Integer taken = shop.call("takeAll", Arrays.asList(1, 2, 3));
      assertThat(taken).isEqualTo(3);
    }
  }

  /** A service that takes long to start. */
  public static class Slow {
    static final CountDownLatch GO = new CountDownLatch(1);

    public Slow() throws InterruptedException {
      GO.await();
    }

    @Exposed
    public int one() {
      return 1;
    }
  }

  static void start() {
    Slow.GO.countDown();
  }

  static Integer ask(Context where) {
    return where.service(Slow.class).call("one");
  }

  @Test
  @Timeout(20)
  void aServiceThatTakesLongToStartKeepsNoOtherFromWork() throws Exception {
    assertThat(a.service(Shop.class).<String>call("ended")).isEqualTo("not yet");
    Call<Integer> slow = router.self().callAsync(ServiceTest::ask, a);
    Await.until(() -> a.workload().running() == 1);
    assertThat(a.service(Shop.class).<String>call("ended")).isEqualTo("not yet");
    a.run(ServiceTest::start);
    assertThat(slow.get()).isEqualTo(1);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the test looks at what the call does
  @Test
  @Timeout(30)
  void servicesLeaveNoThreadsInAProcessThatGoesOn() throws Exception {
    Set<Thread> others = Thread.getAllStackTraces().keySet();
    try (Router own = Router.create()) {
      Context child = own.connect(InProcess.create());
      for (Context context : Arrays.asList(child, own.self())) {
        assertThat(context.service(Shop.class).<String>call("ended")).isEqualTo("not yet");
        context.service(Shop.class).callAsync("sleep");
      }
    }
    Await.until(
        "their threads end",
        4000, // idle ones would stay for five seconds
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(t -> !others.contains(t) && t.getName().endsWith(" service")));
  }
}
