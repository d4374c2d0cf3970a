package org.mitogen4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Java code in the documentation compiles, because it is copied from the examples: every block that
 * begins with {@code ```java} has to stand, but for indentation, between {@code // tag::name} and
 * {@code // end::name} of a source of this module.
 */
class SnippetsTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  @Test
  void everyBlockOfJavaInTheDocumentationIsTakenFromAnExample() throws IOException {
    List<List<String>> tagged = new ArrayList<>();
    for (Path source : filesUnder(ROOT.resolve("examples/src"), ".java")) {
      tagged.addAll(taggedParts(source.toString(), Files.readAllLines(source)));
    }
    List<Path> pages = new ArrayList<>(filesUnder(ROOT.resolve("docs"), ".md"));
    pages.add(ROOT.resolve("README.md"));

    List<String> strangers = new ArrayList<>();
    for (Path page : pages) {
      for (Block block : blocks(Files.readAllLines(page))) {
        if (tagged.stream().noneMatch(part -> block.isIn(part))) {
          strangers.add(ROOT.relativize(page) + ", line " + block.line + ": " + block.code.get(0));
        }
      }
    }

    assertThat(strangers).as("blocks of Java that are in no tagged part of an example").isEmpty();
  }

  @Test
  void aBlockMayBeAPartOfWhatIsTaggedAndIndentedInAnotherWay() {
    List<List<String>> tagged =
        taggedParts(
            "A.java", List.of("// tag::a", "  if (x) {", "", "    y();", "  }", "// end::a"));

    Block block = blocks(List.of("text", "```java", "if (x) {", "  y();", "```", "y();")).get(0);

    assertThat(block.line).isEqualTo(2);
    assertThat(block.isIn(tagged.get(0))).isTrue();
    assertThat(new Block(1, List.of("if (x) {", "z();")).isIn(tagged.get(0))).isFalse();
  }

  @Test
  void tagsMayOverlap() {
    List<List<String>> tagged =
        taggedParts(
            "A.java",
            List.of("// tag::a", "1", "// tag::b", "2", "// end::a", "3", "// end::b", "4"));

    assertThat(tagged).containsExactly(List.of("1", "2"), List.of("2", "3"));
  }

  private static List<Path> filesUnder(Path folder, String ending) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Collections.emptyList();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(ending)).sorted().toList();
    }
  }

  private static List<List<String>> taggedParts(String source, List<String> lines) {
    Map<String, List<String>> open = new HashMap<>();
    List<List<String>> parts = new ArrayList<>();
    for (String line : lines) {
      String code = line.strip();
      if (code.startsWith("// tag::")) {
        open.put(code.substring("// tag::".length()), new ArrayList<>());
      } else if (code.startsWith("// end::")) {
        List<String> part = open.remove(code.substring("// end::".length()));
        assertThat(part).as("%s: what %s ends", source, code).isNotNull();
        parts.add(part);
      } else if (!code.isEmpty()) {
        open.values().forEach(part -> part.add(code));
      }
    }
    assertThat(open.keySet()).as("%s: tags that do not end", source).isEmpty();
    return parts;
  }

  private static List<Block> blocks(List<String> page) {
    List<Block> blocks = new ArrayList<>();
    List<String> code = null;
    for (int i = 0; i < page.size(); i++) {
      String line = page.get(i).strip();
      if (line.equals("```java")) {
        code = new ArrayList<>();
        blocks.add(new Block(i + 1, code));
      } else if (line.startsWith("```")) {
        code = null;
      } else if (code != null && !line.isEmpty()) {
        code.add(line);
      }
    }
    return blocks;
  }

  /** A block of a page: the line where it begins, and its lines without indentation. */
  private record Block(int line, List<String> code) {
    boolean isIn(List<String> part) {
      return Collections.indexOfSubList(part, code) >= 0;
    }
  }
}
