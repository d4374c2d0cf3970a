package org.mitogen4j.internal.context;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mitogen4j.internal.context.bounds.Limits;
import org.mitogen4j.internal.kernel.Handle;
import org.mitogen4j.internal.kernel.Header;

class FlowTest {
  private static final int ASKER = 7;
  private static final long HANDLE = Handle.FIRST_FREE + 5;

  private final Flow flow = new Flow(null);

  private boolean isInvited(int flags, int dst, long handle) {
    byte[] frame = new byte[Header.SIZE];
    Header.put(frame, 0, flags, dst, 8, 8, handle, 0);
    return flow.isInvited(frame, 0, frame.length);
  }

  @Test
  void oneQuestionAllowsOneAnswer() {
    flow.asked(ASKER, HANDLE);
    assertThat(isInvited(0, ASKER, HANDLE)).isTrue();
    assertThat(isInvited(0, ASKER, HANDLE)).isFalse();
  }

  @Test
  void anAnswerElsewhereThanAskedForIsNoAnswer() {
    flow.asked(ASKER, HANDLE);
    assertThat(isInvited(0, ASKER, HANDLE + 1)).isFalse();
    assertThat(isInvited(0, ASKER + 1, HANDLE)).isFalse();
    assertThat(isInvited(Header.MORE, ASKER, HANDLE)).isFalse();
    assertThat(isInvited(0, ASKER, HANDLE)).isTrue();
  }

  @Test
  void aQuestionInANameThatWasMadeUpForgetsNoOtherQuestion() {
    flow.asked(ASKER, HANDLE);
    flow.asked(ASKER + 1, HANDLE);
    assertThat(isInvited(0, ASKER, HANDLE)).isTrue();
    assertThat(isInvited(0, ASKER + 1, HANDLE)).isTrue();
  }

  @Test
  void theLongAnswerThatWasAskedForMayBringTheBytesOfItsWindow() {
    flow.asked(ASKER, HANDLE);
    assertThat(isInvited(Header.FIRST | Header.MORE, ASKER, HANDLE)).isTrue();
    assertThat(isInvited(Header.MORE, ASKER, HANDLE)).isTrue();
  }

  @Test
  void ofQuestionsBeyondTheLimitTheNumberCounts() {
    for (int i = 0; i <= Limits.QUESTIONS; i++) {
      flow.asked(ASKER, HANDLE + i);
    }
    assertThat(isInvited(0, ASKER, HANDLE)).isTrue();
    assertThat(isInvited(0, ASKER, HANDLE)).isFalse();
    assertThat(isInvited(0, ASKER, HANDLE + 1)).isTrue();
  }
}
