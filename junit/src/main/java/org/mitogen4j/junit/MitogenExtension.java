package org.mitogen4j.junit;

import java.lang.reflect.Parameter;
import java.util.Objects;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.mitogen4j.Context;
import org.mitogen4j.Router;
import org.mitogen4j.RouterOptions;
import org.mitogen4j.StartException;
import org.mitogen4j.connect.InProcess;
import org.mitogen4j.connect.Local;
import org.mitogen4j.connect.spi.ConnectionMethod;

/**
 * Gives each test a {@link Router} and children, closes them after the test, and fails the test if
 * anything is left of them. {@link MitogenTest} registers this with default settings. Register it
 * yourself for other settings:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final MitogenExtension TREE =
 *     MitogenExtension.with(RouterOptions.defaults().unidirectional(true));
 * }</pre>
 *
 * <p>Threads, processes and files are looked at in the whole JVM and account, so classes with this
 * extension must not run at the same time as other tests that start threads of the library or
 * processes.
 */
public final class MitogenExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(MitogenExtension.class);

  private final RouterOptions options;

  /** Makes an extension whose routers have default settings. */
  public MitogenExtension() {
    this(RouterOptions.defaults());
  }

  private MitogenExtension(RouterOptions options) {
    this.options = Objects.requireNonNull(options, "options");
  }

  /** Makes an extension whose routers have the given settings. */
  public static MitogenExtension with(RouterOptions options) {
    return new MitogenExtension(options);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    store(context).put(Leftovers.class, Leftovers.now());
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    Router router = store(context).remove(Router.class, Router.class);
    if (router != null) {
      router.close();
    }
    store(context).remove(Leftovers.class, Leftovers.class).check(router);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return context.getTestMethod().isPresent() && (type == Router.class || type == Context.class);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Router router =
        store(context).computeIfAbsent(Router.class, key -> Router.create(options), Router.class);
    return parameter.getParameter().getType() == Router.class
        ? router
        : connect(router, parameter.getParameter());
  }

  private static Context connect(Router router, Parameter parameter) {
    Child child = parameter.getAnnotation(Child.class);
    Child.Kind kind = child == null ? Child.Kind.IN_PROCESS : child.value();
    ConnectionMethod<?> method = kind == Child.Kind.LOCAL ? Local.create() : InProcess.create();
    if (child != null && !child.name().isEmpty()) {
      method = method.name(child.name());
    }
    if (child != null && child.jvmArguments().length > 0) {
      method = method.jvmArguments(child.jvmArguments());
    }
    try {
      return router.connect(method);
    } catch (StartException e) {
      throw new ParameterResolutionException("no child for parameter " + parameter, e);
    }
  }

  private static Store store(ExtensionContext context) {
    return context.getStore(NAMESPACE);
  }
}
