package org.mitogen4j.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.StartException;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.CommandPrefix;
import org.mitogen4j.connect.Ssh;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * Every door with every fault: the reason of the failure, its words, its time, and what it leaves
 * behind. For each fault all doors are tried at once.
 */
@NeedsTestbed
@ParameterizedClass(name = "{0}")
@EnumSource(DoorFaults.class)
class DoorsTest {
  /**
   * What is expected, in the order of the faults. In the last column the start succeeds:
   *
   * <ul>
   *   <li>account: the account's shell prints the megabyte
   *   <li>program: the door runs sh itself and no shell of an account, so its program prints it
   *   <li>errors: the output of machinectl is a number, so it prints it on its standard error only
   * </ul>
   */
  private static final String TABLE =
      """
      ssh         CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE account
      sudo        CLIENT_MISSING TIMEOUT KILLED OTHER   JAVA_MISSING NO_SPACE account
      sudo-rs     CLIENT_MISSING TIMEOUT KILLED OTHER   JAVA_MISSING NO_SPACE account
      su          CLIENT_MISSING TIMEOUT KILLED OTHER   JAVA_MISSING NO_SPACE account
      doas        CLIENT_MISSING TIMEOUT KILLED OTHER   JAVA_MISSING NO_SPACE program
      runuser     CLIENT_MISSING TIMEOUT KILLED OTHER   JAVA_MISSING NO_SPACE account
      docker      CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      podman      CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      docker-run  CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      podman-run  CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      buildah     CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      lxc-attach  CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      nsenter     CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      unshare     CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      chroot      CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      console     CLIENT_MISSING TIMEOUT KILLED OTHER   JAVA_MISSING NO_SPACE program
      kubectl     CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      incus       CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      lxc         CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      jexec       CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      machinectl  CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE errors
      systemd-run CLIENT_MISSING TIMEOUT KILLED TIMEOUT JAVA_MISSING NO_SPACE program
      ipmitool    CLIENT_MISSING TIMEOUT KILLED OTHER   JAVA_MISSING NO_SPACE program
      """;

  /** What may come on top of the connect timeout: a program that ignores SIGTERM, two slow hops. */
  private static final long LATE_MILLIS = 3_000;

  private static final Logger OUTPUT = Logger.getLogger("org.mitogen4j.output");

  private static Path folder;
  private static Map<String, Map<DoorFaults, String>> expected;
  private static NothingLeft nothingLeft;
  private static Router router;
  private static Map<String, CompletableFuture<Context>> starts;
  private static Map<String, Long> millis;

  @Parameter private DoorFaults fault;

  @BeforeAll
  static void prepare() throws Exception {
    Hosts.output("docker-a", "start-containers");
    folder = DoorFaults.newFolder();
    expected = new LinkedHashMap<>();
    for (String line : TABLE.split("\n")) {
      String[] cells = line.split(" +");
      assertThat(cells).as(line).hasSize(1 + DoorFaults.values().length);
      Map<DoorFaults, String> row = new EnumMap<>(DoorFaults.class);
      for (DoorFaults fault : DoorFaults.values()) {
        row.put(fault, cells[1 + row.size()]);
      }
      expected.put(cells[0], row);
    }
  }

  @AfterAll
  static void removeFolder() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  /** Starts by all doors at once. */
  @BeforeParameterizedClassInvocation
  static void start(DoorFaults fault) throws Exception {
    nothingLeft = new NothingLeft();
    OUTPUT.setLevel(Level.OFF); // what the programs print need not be in the log of the tests
    router = Router.create();
    Context host = router.connect(Hosts.ssh("bastion")).connect(Ssh.host("docker-a").user("root"));
    Map<Door, ConnectionMethod<?>> methods = new LinkedHashMap<>();
    for (Door door : Door.all()) {
      methods.put(
          door,
          fault.method(door, folder).connectTimeout(fault.timeout(reason(fault, door.name()))));
    }
    Map<Door.Where, Context> places = new HashMap<>();
    places.put(Door.Where.HERE, router.self());
    places.put(Door.Where.HOST, host);
    places.put(
        Door.Where.PATH, host.connect(CommandPrefix.of("env", "PATH=" + fault.path(folder))));
    starts = new LinkedHashMap<>();
    millis = new HashMap<>();
    methods.forEach(
        (door, method) -> {
          long begin = System.nanoTime();
          CompletableFuture<Context> start = places.get(door.where()).connectAsync(method).ready();
          starts.put(
              door.name(),
              start.whenComplete(
                  (context, e) -> {
                    synchronized (DoorsTest.class) {
                      millis.put(door.name(), (System.nanoTime() - begin) / 1_000_000);
                    }
                  }));
        });
  }

  @AfterParameterizedClassInvocation
  static void close() throws Exception {
    router.close();
    OUTPUT.setLevel(null);
    nothingLeft.check();
  }

  static List<String> doors() {
    List<String> names = new ArrayList<>();
    Door.all().forEach(door -> names.add(door.name()));
    return names;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("doors")
  void theFaultIsToldOrDoesNoHarm(String door) throws Exception {
    if (fault == DoorFaults.A_MEGABYTE_IS_PRINTED) {
      assertThat(starts.get(door).get().call(Work::add, 2, 3)).isEqualTo(5);
      return;
    }
    StartException e = failure(door);
    assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason(fault, door));
    assertThat(e.getMessage()).contains(words(door)).hasSizeLessThan(20_000);
    synchronized (DoorsTest.class) {
      assertThat(millis.get(door))
          .isLessThan(fault.timeout(reason(fault, door)).toMillis() + LATE_MILLIS);
    }
  }

  /** The expected reason; null where the start succeeds. */
  private static Reason reason(DoorFaults fault, String door) {
    String cell = expected.get(door).get(fault);
    return fault == DoorFaults.A_MEGABYTE_IS_PRINTED ? null : Reason.valueOf(cell);
  }

  private static StartException failure(String door) throws Exception {
    try {
      Context context = starts.get(door).get(40, TimeUnit.SECONDS);
      throw new AssertionError(context + " has started");
    } catch (ExecutionException e) {
      return (StartException) e.getCause();
    }
  }

  /** What the message must say: the values, and what can be done. */
  private List<String> words(String door) {
    String timeout = "connect timeout of " + fault.timeout(reason(fault, door)).toMillis() + " ms";
    return switch (fault) {
      case NOT_INSTALLED ->
          List.of(
              "can't run " + (door.equals("machinectl") ? "" : "no-such-") + door, "install it");
      case HANGS -> List.of(timeout, "connectTimeout()", "waits for a lock");
      case DIES_HALF_WAY -> List.of("signal 9", "the machine room burns");
      case FLOODS_ITS_ERRORS -> List.of("no way");
      case NO_JAVA -> List.of("found no java by JAVA_HOME= PATH=/", "/usr/lib/jvm/*", "javaPath()");
      default -> List.of("could not write 2 KB to any of /dev/shm ", "make one of them writable");
    };
  }
}
