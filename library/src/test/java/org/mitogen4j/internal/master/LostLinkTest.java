package org.mitogen4j.internal.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.EndCause;
import org.mitogen4j.internal.kernel.Link;
import org.mitogen4j.internal.kernel.MessageRouter;
import org.mitogen4j.programs.Features;

/** A link that is lost while a class loads is not the same as no such class. */
class LostLinkTest {
  private static final String HIDDEN = Features.hiddenName();
  private static final String DEEPER = HIDDEN.replace("Hidden", "Deeper");

  private final ClassCache classes = new ClassCache(new byte[0], new byte[100]);
  private final ProgramClasses program =
      new ProgramClasses(classes, LostLinkTest.class.getClassLoader());
  private final ClassLoader child = new Child();

  /** Loads as the first stage does. */
  private final class Child extends ClassLoader {
    Child() {
      super(ClassLoader.getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      byte[] bytes = classes.apply(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes, 0, bytes.length);
    }
  }

  private MessageRouter router;

  @BeforeEach
  void aContextWhoseParentIsGone() {
    router = new Orphan(classes);
    router.parent = new Link(router, 0);
    router.parent.end(new EndCause(EndCause.LOST, "the cable was cut"));
    keep(HIDDEN);
  }

  private static final class Orphan extends MessageRouter {
    Orphan(ClassCache classes) {
      super(new Object[] {1, new Object[] {0}, "web1", 1 << 20, false, 0L}, classes);
    }

    @Override
    protected void ended(Link link, EndCause cause) {}
  }

  private void keep(String name) {
    classes.keep(name, program.packed(name));
  }

  @Test
  void theErrorSaysThatTheLinkWasLost() {
    assertThatThrownBy(() -> classes.ask(DEEPER))
        .isInstanceOf(Error.class)
        .isNotInstanceOf(LinkageError.class)
        .hasMessageContaining(DEEPER)
        .hasMessageContaining("the cable was cut");
  }

  @Test
  void theJvmDoesNotRememberItAsAMissingClass() throws Exception {
    var constructor = child.loadClass(HIDDEN).getDeclaredConstructor();
    constructor.setAccessible(true);
    Object hidden = constructor.newInstance();
    assertThatThrownBy(hidden::toString)
        .isInstanceOf(Error.class)
        .isNotInstanceOf(LinkageError.class);

    keep(DEEPER);

    assertThat(hidden).hasToString("hidden and deeper");
  }

  @Test
  void theJdksOwnNamesAreNotAskedFor() {
    assertThat(classes.ask("java.util.Nothing")).isNull();
  }
}
