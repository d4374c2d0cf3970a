package org.mitogen4j.internal.context.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documented table of limits is that of the code. */
class LimitsTest {
  private static final Path SOURCE =
      Path.of("src/main/java/org/mitogen4j/internal/context/bounds/Limits.java");

  private static final Pattern LIMIT =
      Pattern.compile(
          "/\\*\\*(?<text>(?:(?!\\*/).)*)\\*/\\s+(?:public )?static final"
              + " [\\w\\[\\]]+ (?<name>\\w+) =\\s+(?<value>[^;]+);",
          Pattern.DOTALL);

  private static List<String> rows() throws IOException {
    List<String> rows = new ArrayList<>();
    Matcher limit = LIMIT.matcher(Files.readString(SOURCE));
    while (limit.find()) {
      String text = limit.group("text").replaceAll("\\s+(\\* )?", " ").trim();
      String value = limit.group("value").replaceAll("\\s+", " ").replaceAll("(\\d)L\\b", "$1");
      rows.add("| `" + limit.group("name") + "` | " + value + " | " + text + " |");
    }
    return rows;
  }

  @Test
  void eachLimitIsARowOfTheTable() throws Exception {
    List<String> documented = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("../docs/CONCURRENCY.md"))) {
      if (line.matches("\\| `[A-Z][A-Z_]+` \\|.*")) {
        documented.add(line);
      }
    }
    assertThat(documented).isEqualTo(rows());
  }

  @Test
  void eachLimitSaysItsUnitScopeAndConsequence() throws Exception {
    List<String> names = new ArrayList<>();
    for (Field field : Limits.class.getDeclaredFields()) {
      if (!Modifier.isPrivate(field.getModifiers()) && !field.isSynthetic()) {
        names.add(field.getName());
      }
    }
    List<String> described = new ArrayList<>();
    for (String row : rows()) {
      List<String> cells = Arrays.asList(row.split("\\|", -1));
      assertThat(cells).as(row).hasSize(7).filteredOn(String::isBlank).hasSize(2);
      described.add(cells.get(1).trim().replace("`", ""));
    }
    assertThat(described).containsExactlyInAnyOrderElementsOf(names);
  }
}
