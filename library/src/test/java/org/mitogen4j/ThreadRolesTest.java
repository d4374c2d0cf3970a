package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;

/** The threads of the library are those that docs/CONCURRENCY.md lists. */
@Timeout(60)
class ThreadRolesTest {
  private static final Pattern ROLE = Pattern.compile("`([^`]+)`");

  /** The roles of the table, each as a pattern of what follows the name of the context. */
  private static List<Pattern> documented() throws Exception {
    List<Pattern> roles = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "CONCURRENCY.md"))) {
      if (line.startsWith("The pools of a context")) {
        return roles;
      } else if (line.startsWith("| `")) {
        for (Matcher m = ROLE.matcher(line.split("\\|")[1] + line.split("\\|")[2]); m.find(); ) {
          String role = m.group(1).replace("mitogen ", "").replaceAll(" (X|N|…)$", "");
          roles.add(Pattern.compile(role + "( .*)?"));
        }
      }
    }
    throw new AssertionError("the table has no end");
  }

  private static Set<String> running() {
    Set<String> names = new HashSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("mitogen ")) {
        names.add(thread.getName());
      }
    }
    return names;
  }

  /** In a child: its threads' names, behind that of the context. */
  static List<String> roles() {
    String own = "mitogen " + Router.current().core().name + " ";
    List<String> roles = new ArrayList<>();
    for (String name : running()) {
      if (name.startsWith(own)) { // an in-process child sees those of its parent, too
        roles.add(name.substring(own.length()));
      }
    }
    return roles;
  }

  @Test
  void eachThreadHasARoleOfTheTable() throws Exception {
    List<Pattern> documented = documented();
    Set<String> seen = new HashSet<>();
    try (Router router = Router.create()) {
      Context inProcess = router.connect(InProcess.create().name("inner"));
      Context child = router.connect(Local.create().name("child"));
      Call<Void> printing = child.withOutput(line -> {}).runAsync(() -> System.out.println("text"));
      child.withTimeout(Duration.ofSeconds(30)).call(() -> 1);
      printing.get();
      seen.addAll(child.call(ThreadRolesTest::roles));
      seen.addAll(inProcess.call(ThreadRolesTest::roles));
      for (String name : running()) {
        seen.add(name.replaceFirst("mitogen (master|inner) ", ""));
      }
    }

    for (String name : seen) {
      String role = name.replaceFirst("^mitogen ", "");
      assertThat(documented).as(name).anyMatch(known -> known.matcher(role).matches());
    }
    assertThat(seen).contains("clock", "starter", "pool 1", "stdout");
  }
}
