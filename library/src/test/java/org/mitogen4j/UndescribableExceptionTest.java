package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mitogen4j.connect.InProcess;

/** An exception whose own methods misbehave arrives with its type, and its context lives on. */
@Timeout(60)
class UndescribableExceptionTest {
  private static final int LONG = 20_000_000;
  private static final String MESSAGE = "the message";

  private final Router router =
      Router.create(RouterOptions.defaults().messageLimit(1 << 20)); // the smallest there is

  @AfterEach
  void close() {
    router.close();
  }

  /** Exceptions with one bad property each. */
  enum Bad {
    CAUSE_THROWS {
      @Override
      Exception make() {
        return new WithCause() {
          @Override
          public synchronized Throwable getCause() {
            throw new IllegalStateException("no cause");
          }
        };
      }
    },
    CAUSE_IS_A_CIRCLE {
      @Override
      Exception make() {
        Exception inner = new Exception("inner");
        Exception outer = new Exception(MESSAGE, inner);
        inner.initCause(outer);
        return outer;
      }
    },
    CAUSES_WITHOUT_END {
      @Override
      Exception make() {
        return new Endless();
      }
    },
    MESSAGE_THROWS {
      @Override
      Exception make() {
        return new Exception() {
          @Override
          public String getMessage() {
            throw new IllegalStateException("no message");
          }
        };
      }
    },
    MESSAGE_NEEDS_A_CLASS_THAT_IS_MISSING {
      @Override
      Exception make() {
        return new Exception() {
          @Override
          public String getMessage() {
            throw new NoClassDefFoundError("some/Missing");
          }
        };
      }
    },
    MESSAGE_NEVER_RETURNS {
      @Override
      Exception make() {
        return new Exception() {
          @Override
          @SuppressWarnings("InfiniteRecursion") // that is what is bad about it
          public String getMessage() {
            return getMessage() + "!";
          }
        };
      }
    },
    MESSAGE_ABOVE_THE_LIMIT {
      @Override
      Exception make() {
        return new Exception(MESSAGE + new String(new char[LONG]).replace('\0', 'x'));
      }
    },
    MANY_LONG_MESSAGES_BELOW_THE_LIMIT {
      @Override
      Exception make() {
        Exception e = null;
        for (int i = 0; i < 30; i++) {
          e = new Exception(MESSAGE + new String(new char[60_000]).replace('\0', '\u20ac'), e);
        }
        return e;
      }
    },
    STACK_IS_NULL {
      @Override
      Exception make() {
        return new WithStack(null);
      }
    },
    STACK_HAS_NULLS {
      @Override
      Exception make() {
        return new WithStack(new StackTraceElement[5]);
      }
    },
    STACK_IS_HUGE {
      @Override
      Exception make() {
        StackTraceElement[] stack = new StackTraceElement[1_000_000];
        String name = new String(new char[10_000]).replace('\0', 'n');
        java.util.Arrays.fill(stack, new StackTraceElement(name, name, name, 1));
        return new WithStack(stack);
      }
    },
    SUPPRESSES_MANY_THAT_MISBEHAVE {
      @Override
      Exception make() {
        Exception e = new Exception(MESSAGE);
        for (int i = 0; i < 1000; i++) {
          e.addSuppressed(CAUSE_THROWS.make());
          e.addSuppressed(STACK_IS_NULL.make());
        }
        return e;
      }
    };

    abstract Exception make();
  }

  static class WithCause extends Exception {
    private static final long serialVersionUID = 1;

    WithCause() {
      super(MESSAGE);
    }
  }

  static final class Endless extends Exception {
    private static final long serialVersionUID = 1;

    @Override
    public synchronized Throwable getCause() {
      return new Endless();
    }
  }

  static final class WithStack extends Exception {
    private static final long serialVersionUID = 1;

    private final transient StackTraceElement[] stack;

    WithStack(StackTraceElement[] stack) {
      super(MESSAGE);
      this.stack = stack;
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      return stack;
    }
  }

  static void fail(String kind) throws Exception {
    throw Bad.valueOf(kind).make();
  }

  static String live() {
    return "alive";
  }

  @ParameterizedTest
  @EnumSource
  void anUndescribableExceptionArrivesWithItsTypeAndTheContextLives(Bad bad) throws Exception {
    Context child = router.connect(InProcess.create());

    CallException e =
        catchThrowableOfType(
            CallException.class, () -> child.run(UndescribableExceptionTest::fail, bad.name()));

    assertThat(e.remoteType()).isEqualTo(bad.make().getClass().getName());
    assertThat(child.call(UndescribableExceptionTest::live)).isEqualTo("alive");
  }

  @Test
  void theGoodPropertiesArriveBesideTheBadOne() throws Exception {
    Context child = router.connect(InProcess.create());

    CallException cause = failure(child, Bad.CAUSE_THROWS);
    CallException huge = failure(child, Bad.MESSAGE_ABOVE_THE_LIMIT);
    CallException circle = failure(child, Bad.CAUSE_IS_A_CIRCLE);

    assertThat(cause.remoteMessage()).isEqualTo(MESSAGE);
    assertThat(cause.getStackTrace()[0].getMethodName()).isEqualTo("make");
    assertThat(huge.remoteMessage()).startsWith(MESSAGE + "xxx").endsWith("characters in all)");
    assertThat(circle.getCause()).hasMessageContaining("inner");
    assertThat(circle.getCause().getCause()).isNull();
  }

  @Test
  void suppressedExceptionsArriveWithTheirs() throws Exception {
    Context child = router.connect(InProcess.create());

    CallException e = failure(child, Bad.SUPPRESSES_MANY_THAT_MISBEHAVE);

    assertThat(e.getSuppressed()).hasSizeGreaterThan(10);
    assertThat(((CallException) e.getSuppressed()[1]).remoteType())
        .isEqualTo(WithStack.class.getName());
  }

  private static CallException failure(Context child, Bad bad) {
    return catchThrowableOfType(
        CallException.class, () -> child.run(UndescribableExceptionTest::fail, bad.name()));
  }
}
