package org.mitogen4j.internal.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A child that has nothing but the kernel image takes whatever its parent sends first. */
@Timeout(60)
class EarlyFramesTest {
  private static final String PARSE = "java.lang.Integer;parseInt;(Ljava/lang/String;)I";
  private static final int LONG = 100_000;
  private static final int PART = 1000;
  private static final long ANSWER = 6000;

  /** What may come first. */
  enum First {
    LONG_CLASS {
      @Override
      void send(ScriptedParent parent) throws Exception {
        byte[] whole =
            ScriptedParent.payload(
                e -> {
                  e.text("some.LargeClass");
                  e.varint(LONG);
                  for (int i = 0; i < LONG; i += PART) {
                    e.raw(new byte[PART], 0, PART);
                  }
                });
        byte[] size = ByteBuffer.allocate(4).putInt(whole.length).array();
        byte[] first = java.util.Arrays.copyOf(whole, Header.MAX_PAYLOAD);
        byte[] rest = java.util.Arrays.copyOfRange(whole, Header.MAX_PAYLOAD, whole.length);
        frame(parent, Header.BULK | Header.FIRST | Header.MORE, Handle.PUSH, size);
        frame(parent, Header.BULK | Header.MORE, Handle.PUSH, first);
        frame(parent, Header.BULK, Handle.PUSH, rest);
      }
    },
    DEAD_ANSWER_THAT_NOBODY_AWAITS {
      @Override
      void send(ScriptedParent parent) throws Exception {
        frame(parent, Header.DEAD, ANSWER + 1, new byte[] {'n', 'o'});
      }
    },
    ANSWER_THAT_NOBODY_AWAITS {
      @Override
      void send(ScriptedParent parent) throws Exception {
        frame(parent, 0, ANSWER + 1, new byte[1]);
      }
    },
    CANCELLATION {
      @Override
      void send(ScriptedParent parent) throws Exception {
        frame(parent, Header.BULK, Handle.CANCEL, new byte[] {'w', 'h', 'y'});
      }
    },
    CREDIT {
      @Override
      void send(ScriptedParent parent) throws Exception {
        byte[] credit = ByteBuffer.allocate(17).putLong(3).putLong(0).put((byte) 1).array();
        frame(parent, 0, Handle.CREDIT, credit);
      }
    },
    PLAN_OF_A_GRANDCHILD {
      @Override
      void send(ScriptedParent parent) throws Exception {
        frame(parent, 0, Handle.PLAN_ROUTE, ScriptedParent.payload(e -> e.varint(9)));
      }
    },
    FRAME_FOR_A_GRANDCHILD {
      @Override
      void send(ScriptedParent parent) throws Exception {
        parent.send(0, 9, Handle.CALL, 0, new byte[100]);
      }
    },
    QUESTION_ABOUT_LOAD {
      @Override
      void send(ScriptedParent parent) throws Exception {
        frame(parent, 0, Handle.LOAD, new byte[0]);
      }
    },
    SERVICE_CALL {
      @Override
      void send(ScriptedParent parent) throws Exception {
        frame(parent, 0, Handle.SERVICE, new byte[1]);
      }
    },
    BULK_CALL {
      @Override
      void send(ScriptedParent parent) throws Exception {
        byte[] call =
            ScriptedParent.payload(
                e -> {
                  e.text(PARSE);
                  e.all(new Object[] {"1"});
                });
        frame(parent, Header.BULK, Handle.CALL, call);
      }
    };

    abstract void send(ScriptedParent parent) throws Exception;

    static void frame(ScriptedParent parent, int flags, long handle, byte[] payload)
        throws Exception {
      parent.send(flags, ScriptedParent.CHILD, handle, ANSWER + handle, payload);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aChildTakesAnEarlyMessageAndThenRunsACall(First first) throws Exception {
    try (ScriptedParent parent = new ScriptedParent().settings(false).start()) {
      first.send(parent);
      parent.call(PARSE, "42", ANSWER);

      assertThat(parent.answer(ANSWER)).isEqualTo(42);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aUnidirectionalChildTakesAnEarlyMessageAndThenRunsACall(First first) throws Exception {
    try (ScriptedParent parent = new ScriptedParent().settings(true).start()) {
      first.send(parent);
      parent.call(PARSE, "42", ANSWER);

      assertThat(parent.answer(ANSWER)).isEqualTo(42);
    }
  }

  @Test
  void aChildTakesAllKindsOfEarlyMessagesBehindOneAnother() throws Exception {
    try (ScriptedParent parent = new ScriptedParent().settings(false).start()) {
      for (First first : First.values()) {
        first.send(parent);
      }
      parent.call(PARSE, "42", ANSWER);
      parent.send(0, ScriptedParent.CHILD, Handle.LOAD, ANSWER + 2, new byte[0]);

      assertThat(parent.answer(ANSWER)).isEqualTo(42);
      for (First first : First.values()) {
        first.send(parent);
      }
      parent.call(PARSE, "43", ANSWER + 100);
      assertThat(parent.answer(ANSWER + 100)).isEqualTo(43);
    }
  }

  @Test
  void aCallBehindALongClassAsksForThatClassNoMore() throws Exception {
    try (ScriptedParent parent = new ScriptedParent().settings(false).start()) {
      First.LONG_CLASS.send(parent);
      parent.call("some.LargeClass;any;(Ljava/lang/String;)V", "", ANSWER);

      for (Message m = null; m == null || m.handle != ANSWER; ) {
        m = parent.await(any -> true);
        if (m.handle == Handle.CLASS) {
          assertThat(new Decoder(null, m).text()).isNotEqualTo("some.LargeClass");
        }
      }
    }
  }

  @Test
  void aHandlerOfAnExtensionThatIsStillBeingMadeGetsNoFrame() {
    Object[] settings = {ScriptedParent.CHILD, new Object[] {0}, "test"};
    MessageRouter router = new MessageRouter(settings, new ClassCache(new byte[0], new byte[0]));
    Link parent = new Link(router, 0);
    AtomicBoolean received = new AtomicBoolean();
    router.handlers.put(
        Handle.CANCEL,
        new Handler() {
          @Override
          public void receive(Message message) {
            received.set(true);
          }
        });
    byte[] frame = new byte[Header.SIZE];
    Header.put(frame, 0, 0, ScriptedParent.CHILD, 0, 0, Handle.CANCEL, 0);

    router.accept(parent, frame, 0, frame.length);

    assertThat(received).isFalse(); // so the call behind it waits for the extension, too
  }
}
