package org.mitogen4j.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mitogen4j.StartException.Reason;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * What may be wrong with a door's program, or with the place that it leads to. Shell scripts in the
 * place of the program make it so; they are in a folder of the checkout, which every host has at
 * the same path.
 */
enum DoorFaults {
  NOT_INSTALLED,

  /** It can't be ended but by SIGKILL. */
  HANGS("trap '' TERM INT HUP", "echo 'waits for a lock' >&2", "exec -a \"$0\" sleep 1000"),

  /** The real one runs the command; both are killed when java is about to be run. */
  DIES_HALF_WAY(
      "exec 3<&0",
      "coproc P { exec REAL \"$@\" <&3; }",
      "for i in 1 2; do IFS= read -r line <&${P[0]}; printf '%s\\n' \"$line\"; done",
      "echo 'the machine room burns' >&2",
      "kill -9 $P_PID",
      "kill -9 $$"),

  FLOODS_ITS_ERRORS("exec 3>&1", "exec -a \"$0\" yes 'no way' >&2"),

  NO_JAVA(inNamespace("mount -t tmpfs nojava /usr/lib/jvm")),

  NOTHING_WRITABLE(
      inNamespace(
          "for d in /dev/shm /tmp /run /dev /; do mount -o remount,bind,ro $d || exit 1; done")),

  /** By the account's shell; where there is none, by the program itself. */
  A_MEGABYTE_IS_PRINTED("yes \"$(printf %0999d 0)\" | head -c 1000000 TO_BOTH", "exec REAL \"$@\"");

  /** The beginning of the folder's name, by which its programs are known in a list of processes. */
  static final String FOLDER = "mitogen4j-doors-";

  private static final String USUAL_PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

  private static final long SHORT_MILLIS = 3_000;
  private static final long LONG_MILLIS = 30_000;

  @SuppressWarnings("ImmutableEnumChecker") // List.of makes it so
  private final List<String> script;

  DoorFaults(String... script) {
    this.script = List.of(script);
  }

  private static String inNamespace(String command) {
    return "exec unshare --mount bash -c '" + command + "; exec \"$@\"' bash REAL \"$@\"";
  }

  static Path newFolder() throws IOException {
    Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
    return Files.createTempDirectory(
        target,
        FOLDER,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
  }

  /** The value of PATH for a program that is looked for there. */
  String path(Path folder) {
    String usual = this == NOT_INSTALLED ? USUAL_PATH : "/usr/local/bin:" + USUAL_PATH;
    return folder.resolve(name() + "_PATH") + ":" + usual;
  }

  /**
   * The connect timeout: short where it is what ends the start.
   *
   * @param expected the reason
   */
  Duration timeout(Reason expected) {
    return Duration.ofMillis(expected == Reason.TIMEOUT ? SHORT_MILLIS : LONG_MILLIS);
  }

  /** The method of the door with this fault. */
  ConnectionMethod<?> method(Door door, Path folder) throws Exception {
    return switch (this) {
      case NOT_INSTALLED -> door.method().of("no-such-" + door.name(), door.fine());
      case NO_JAVA -> wrong(door, folder, 1);
      case NOTHING_WRITABLE -> wrong(door, folder, 2);
      case A_MEGABYTE_IS_PRINTED ->
          door.loud() == null
              ? door.method().of(program(door, folder), door.fine())
              : door.loud().apply(door.real());
      default -> door.method().of(program(door, folder), door.fine());
    };
  }

  private ConnectionMethod<?> wrong(Door door, Path folder, int target) throws Exception {
    return door.targets() == null
        ? door.method().of(program(door, folder), "")
        : door.method().of(door.real(), door.targets().get(target));
  }

  /** Writes the script in the place of the door's program. */
  private String program(Door door, Path folder) throws IOException {
    // what is on PATH is in a folder of its own, for it must not stand in for other programs, too
    String place = name() + (door.where() == Door.Where.PATH ? "_PATH" : "");
    Path file = Files.createDirectories(folder.resolve(place)).resolve(door.name());
    List<String> lines = new ArrayList<>(List.of("#!/bin/bash"));
    for (String line : script) {
      lines.add(line.replace("REAL", door.real()).replace("TO_BOTH", door.toBoth()));
    }
    Files.write(file, lines);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file.toString();
  }
}
