package org.mitogen4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mitogen4j.junit.MitogenTest;
import org.mitogen4j.programs.References;

/** Every form of lambda and method reference can be called, or says why it can't. */
@Timeout(60)
@MitogenTest
class FunctionRefTest {
  private static final String PROGRAM = References.class.getName();

  private Router router;
  private Context child;

  @BeforeEach
  void use(Router router, Context child) {
    this.router = router;
    this.child = child;
  }

  static List<Arguments> forms() {
    return List.of(
        form("static private", References::staticPrivate, "secret a"),
        form("bound", References::bound, "hello ann!"),
        form("bound private", References::boundPrivate, "psst ann"),
        form("unbound", References::unbound, "bob"),
        form("interface default", References::interfaceDefault, "hello bob?"),
        form("inherited static", References::inheritedStatic, "inherited text"),
        form("inherited", References::inheritedMethod, "bob"),
        form("constructor", References::constructor, "bob"),
        form("constructor reference", References::constructorReference, "built"),
        form("varargs", References::varargs, "a+b"),
        form("generic", References::generic, "4"),
        form("primitives", References::primitives, 42L),
        form("JDK static", References::jdkStatic, "/"),
        form("JDK unbound", References::jdkUnbound, "UP"),
        form("JDK bound", References::jdkBound, "text!"),
        form("nested lambda", References::nested, 5),
        form("an object", References::anObject, "abab"));
  }

  private static Arguments form(String name, Function<Context, Object> call, Object expected) {
    return Arguments.of(name, call, expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void canBeCalled(String name, Function<Context, Object> call, Object expected) {
    assertThat(call.apply(child)).isEqualTo(expected);
  }

  @Test
  void aCapturedValueThatCanNotBeSentIsNamedWithItsPlace() {
    assertThatThrownBy(() -> References.capturesHandle(child, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "the function in "
                + PROGRAM
                + ".capturesHandle captures a value of type "
                + PROGRAM
                + "$Handle (number 2 of 2): ");
  }

  @Test
  void aCapturedEnclosingObjectComesWithAdvice() {
    References.Handle handle = new References.Handle();

    assertThatThrownBy(() -> handle.capturesThis(child))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "Handle.capturesThis captures the enclosing object, of type "
                + PROGRAM
                + "$Handle: make the method static, or "
                + PROGRAM
                + "$Handle serializable");
  }

  @Test
  void anArrayIsNamedWithWhatIsInIt() {
    assertThatThrownBy(() -> References.capturesArray(child))
        .hasMessageContaining("captures a value of type " + PROGRAM + "$Handle[] (number 1 of 1)")
        .hasMessageContaining(PROGRAM + "$Handle ");
  }

  @Test
  void whatALambdaInALambdaCapturesIsNamed() {
    assertThatThrownBy(() -> References.capturesInALambda(child))
        .hasMessageContaining(PROGRAM + ".capturesInALambda captures")
        .hasMessageContaining(PROGRAM + "$Handle ");
  }

  @Test
  void aCapturedLambdaOfATypeThatIsNotSerializableSaysHowToMakeItSo() {
    assertThatThrownBy(() -> References.capturesALambda(child))
        .hasMessageContaining("captures a lambda of the type java.util.function.Function, which")
        .hasMessageContaining("(java.util.function.Function & Serializable)");
  }

  @Test
  void theObjectThatAMethodReferenceIsBoundToIsNamed() {
    assertThatThrownBy(() -> References.boundToAHandle(child))
        .hasMessageContaining("captures a value of type " + PROGRAM + "$Handle (number 1 of 1)");
  }

  @Test
  void anArgumentThatCanNotBeSentIsNamedWithItsFunction() {
    assertThatThrownBy(() -> References.aLambdaAsArgument(child))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("argument 1 of 1 for " + PROGRAM + "#apply")
        .hasMessageContaining("a lambda of the type java.util.function.Function");
  }

  static int take(Object value) {
    return value.hashCode();
  }

  @Test
  void aValueThatBelongsToItsContextIsRefusedWithAdvice() {
    for (Object bound : new Object[] {router, child.chain()}) {
      assertThatThrownBy(() -> child.call(FunctionRefTest::take, bound))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(bound.getClass().getName() + " belongs to the context that made it")
          .hasMessageContaining("sender()")
          .hasMessageContaining("Router.current()");
    }
  }

  static final class Mute extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no");
    }
  }

  static int failMutely() {
    throw new Mute();
  }

  @Test
  void anExceptionWhoseMessageCanNotBeHadArrivesAllTheSame() {
    assertThatThrownBy(() -> child.call(FunctionRefTest::failMutely))
        .isInstanceOf(CallException.class)
        .hasMessageContaining(Mute.class.getName())
        .hasMessageContaining("its message can't be had: java.lang.IllegalStateException");
  }

  static String join(String a, int b, long[] c, Object d) {
    return a + b + (c == null) + d;
  }

  @Test
  void nullForAPrimitiveParameterIsRefusedAndNamed() {
    Integer none = null;
    assertThatThrownBy(() -> child.call(FunctionRefTest::join, "a", none, new long[0], "d"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("argument 2 of 4")
        .hasMessageContaining("is null, and the parameter is of a primitive type");
    assertThat(child.call(FunctionRefTest::join, null, 1, null, null)).isEqualTo("null1truenull");
    assertThatThrownBy(() -> child.call(FunctionRefTest.class, "join", "a", null, null, null))
        .hasMessageContaining("argument 2 of 4");
  }
}
