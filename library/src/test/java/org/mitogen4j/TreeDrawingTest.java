package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.connect.InProcess;

/** The tree as source of programs that draw it. */
@Timeout(60)
class TreeDrawingTest {
  @Test
  void theTreeIsAGraphInMermaidAndDotWhateverContextsAreCalled() throws Exception {
    try (Router router = Router.create()) {
      Context web = router.connect(InProcess.create().name("web \"1\" ]--> <b>\\"));
      web.connect(InProcess.create().name("db ü"));

      assertThat(router.mermaid())
          .startsWith("flowchart LR\n  c0[\"master (0)\"]\n")
          .contains("  c1[\"web #34;1#34; #93;--#62; #60;b#62;#92; (1)<br>")
          .contains("[\"db ü (")
          .containsPattern("  c0 -->\\|\"[^\"]+\"\\| c1\n")
          .containsPattern("  c1 -->\\|\"[^\"]+\"\\| c\\d+\n");
      assertThat(router.dot())
          .startsWith("digraph contexts {\n")
          .endsWith("}\n")
          .contains("  c1 [label=\"web \\\"1\\\" ]--> <b>\\\\ (1)\\n")
          .containsPattern("  c0 -> c1 \\[label=\"[^\"]+\"\\];\n");
    }
  }
}
