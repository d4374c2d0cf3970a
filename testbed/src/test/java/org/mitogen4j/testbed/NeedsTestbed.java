package org.mitogen4j.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Marks tests that need the hosts of {@code testbed/hosts}. They are skipped where the hosts are
 * not up, and say why; {@code ./test} brings them up, and with {@code CI=true} lets nothing be
 * skipped.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsTestbed.Condition.class)
@interface NeedsTestbed {
  /** Looks for what the test bed writes when it is up. */
  final class Condition implements ExecutionCondition {
    private static final Path WRITTEN_WHEN_UP = Path.of("hosts/run/hosts.properties");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (Files.exists(WRITTEN_WHEN_UP)) {
        return ConditionEvaluationResult.enabled("the test bed is up");
      }
      String why = System.getenv().getOrDefault("MITOGEN4J_WITHOUT_TESTBED", "it is not up");
      return ConditionEvaluationResult.disabled("without the test bed: " + why);
    }
  }
}
