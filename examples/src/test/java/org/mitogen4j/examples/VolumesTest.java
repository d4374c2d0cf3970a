package org.mitogen4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.connect.InProcess;

class VolumesTest {
  @Test
  void aTypeOfTheProgramComesWhereItIsDeclaredOrAllowed() throws Exception {
    try (Router router = Router.create()) {
      Context child = router.connect(InProcess.create());

      assertThat(Volumes.declared(child)).first().asString().contains("bytes free");
      assertThatThrownBy(() -> child.call(Volumes::best))
          .hasMessageContaining("router.allowTypes(Volumes.Volume.class)");
      assertThat(Volumes.allowed(router, child)).isInstanceOf(Volumes.Volume.class);
    }
  }
}
