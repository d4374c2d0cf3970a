package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which objects the library's code locks. */
class LocksTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern LOCKS = Pattern.compile("\\bsynchronized \\((.+)\\) \\{");
  private static final Pattern THIS_OR_OUTER_OBJECT = Pattern.compile("([A-Z]\\w*\\.)?this");

  /** Objects that a class makes, and locks where they are not its fields. */
  private static final Map<String, List<String>> OWN =
      Map.ofEntries(
          Map.entry("Blame", List.of("held")),
          Map.entry("CallCancellation", List.of("call")),
          Map.entry("ChainServer", List.of("all")),
          Map.entry("ClassSearches", List.of("r")),
          Map.entry("ContextRuntime", List.of("parts")),
          Map.entry("Credits", List.of("sum")),
          Map.entry("KnownProtocols", List.of("before")), // the JVM's, while it is replaced
          Map.entry("LinkView", List.of("link")),
          Map.entry("MessageRouter", List.of("handlers", "calls")),
          Map.entry("Receiver", List.of("items")),
          Map.entry("Select", List.of("select.lock")),
          Map.entry(
              "ServicePool", List.of("pool.starting.computeIfAbsent(name, n -> new Object())")));

  @Test
  void nobodyLocksAnObjectOfOthers() throws IOException {
    TreeSet<String> foreign = new TreeSet<>();
    int locks = 0;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file :
          (Iterable<Path>) files.filter(f -> f.toString().endsWith(".java"))::iterator) {
        String source = Files.readString(file);
        String name = file.getFileName().toString().replace(".java", "");
        for (Matcher m = LOCKS.matcher(source); m.find(); locks++) {
          String lock = m.group(1);
          boolean own =
              THIS_OR_OUTER_OBJECT.matcher(lock).matches()
                  || isPrivateField(source, lock)
                  || OWN.getOrDefault(name, List.of()).contains(lock);
          if (!own) {
            foreign.add(name + " locks " + lock);
          }
        }
      }
    }

    assertThat(foreign).isEmpty();
    assertThat(locks).isGreaterThan(100); // else the pattern finds none any more
  }

  private static boolean isPrivateField(String source, String name) {
    return Pattern.compile("\\bprivate (static )?final [^=;()]* " + Pattern.quote(name) + "\\b")
        .matcher(source)
        .find();
  }
}
