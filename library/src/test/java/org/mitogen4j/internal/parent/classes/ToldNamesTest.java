package org.mitogen4j.internal.parent.classes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mitogen4j.Await;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.parent.Parent;

/** What a parent notes of the absent names that it told a context without being asked. */
@Timeout(60)
class ToldNamesTest {
  private static final String KEY = ResourceKey.absentClass("a.Missing");

  private Router router;
  private Context middle;
  private Context below;
  private AbsentClasses absences;
  private Link way;

  @BeforeEach
  void connect() throws Exception {
    router = Router.create();
    middle = router.connect(InProcess.create());
    below = middle.connect(InProcess.create());
    Parent parent = Parent.of(TestRouters.of(router));
    absences = parent.server.absences;
    way = parent.context.routing.way(below.id());
  }

  @AfterEach
  void close() {
    router.close();
  }

  private boolean tell(int seen) {
    return absences.tell(way, below.id(), KEY, ResourceKey.nowhere(), seen);
  }

  private boolean wasTold() {
    return absences.wasTold(way, below.id(), KEY);
  }

  @Test
  void aContextIsToldOnceUntilItForgets() {
    assertThat(tell(absences.changes())).isTrue();
    assertThat(tell(absences.changes())).isFalse();

    absences.forget();

    assertThat(wasTold()).isFalse();
    assertThat(tell(absences.changes())).isTrue();
  }

  @Test
  void whatWasLookedUpBeforeAChangeIsNotToldAndNotNoted() {
    int seen = absences.changes();
    absences.forget();

    assertThat(tell(seen)).isFalse();
    assertThat(wasTold()).isFalse();
  }

  @Test
  void whatContextsWereToldThatAreGoneIsForgotten() throws Exception {
    assertThat(tell(absences.changes())).isTrue();

    below.shutdown(Duration.ofSeconds(10));

    Await.until(() -> !wasTold());
  }
}
