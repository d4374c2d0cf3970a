package org.mitogen4j.internal.context.files;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.spi.FileSystemProvider;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes a file system provider one of those that the JVM has installed. The JDK looks for these in
 * the JVM's own class loader, to which nothing can be added, but also in layers of modules of which
 * it loads one: so the layer has an empty module of that class loader, and a second one, of a class
 * loader of its own, which has the provider. By reflection, since Java 8 has no modules.
 */
final class ProviderModule extends ClassLoader implements Supplier<Object> {
  private static final String ANCHOR = "mitogen4j.anchor";
  private static final String MODULE = "mitogen4j.files";
  private static final String PACKAGE = "mitogen4j.files";
  private static final String PROVIDER = PACKAGE + ".Provider";

  /** In another package: that of the provider belongs to the module. */
  private static final String REFERENCE = "mitogen4j.modules.Reference";

  private final FileSystemProvider provider;

  private ProviderModule(FileSystemProvider provider) {
    super(ProviderModule.class.getClassLoader());
    this.provider = provider;
  }

  /** Installs a provider, unless the JVM has collected all of them before: then it does nothing. */
  static void install(FileSystemProvider provider) throws ReflectiveOperationException {
    ProviderModule loader = new ProviderModule(provider);
    Map<String, Object> modules = new HashMap<>();
    Class<?> reference = loader.findClass(REFERENCE); // loadClass would ask the master for it
    modules.put(ANCHOR, module(reference, ANCHOR, false));
    modules.put(MODULE, module(reference, MODULE, true));
    Class<?> finderType = type("ModuleFinder");
    Object finder =
        Proxy.newProxyInstance(
            loader, new Class<?>[] {finderType}, (self, method, a) -> find(modules, method, a));
    Class<?> layerType = Class.forName("java.lang.ModuleLayer");
    Object boot = layerType.getMethod("boot").invoke(null);
    Object configuration =
        type("Configuration")
            .getMethod("resolve", finderType, finderType, Collection.class)
            .invoke(
                layerType.getMethod("configuration").invoke(boot),
                finder,
                finder,
                modules.keySet());
    Function<String, ClassLoader> loaders =
        name -> name.equals(ANCHOR) ? ClassLoader.getSystemClassLoader() : loader;
    layerType
        .getMethod("defineModules", type("Configuration"), List.class, Function.class)
        .invoke(null, configuration, Collections.singletonList(boot), loaders);
  }

  private static Class<?> type(String simpleName) throws ClassNotFoundException {
    return Class.forName("java.lang.module." + simpleName);
  }

  private static Object find(Map<String, Object> modules, Method method, Object[] arguments) {
    switch (method.getName()) {
      case "find":
        return Optional.ofNullable(modules.get(arguments[0]));
      case "findAll":
        return new HashSet<>(modules.values());
      default:
        throw new UnsupportedOperationException(method.getName());
    }
  }

  /** The reference to a module, with the provider or without anything. */
  private static Object module(Class<?> reference, String name, boolean hasProvider)
      throws ReflectiveOperationException {
    Class<?> descriptorType = type("ModuleDescriptor");
    Class<?> builderType = type("ModuleDescriptor$Builder");
    Object builder = descriptorType.getMethod("newModule", String.class).invoke(null, name);
    if (hasProvider) {
      builderType.getMethod("packages", Set.class).invoke(builder, Collections.singleton(PACKAGE));
      builderType
          .getMethod("provides", String.class, List.class)
          .invoke(builder, FileSystemProvider.class.getName(), Collections.singletonList(PROVIDER));
    }
    Object descriptor = builderType.getMethod("build").invoke(builder);
    return reference.getConstructor(descriptorType, URI.class).newInstance(descriptor, null);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String internalName = name.replace('.', '/');
    byte[] bytes;
    if (name.equals(REFERENCE)) {
      bytes = MadeClass.reference(internalName);
    } else if (name.equals(PROVIDER)) {
      bytes = MadeClass.provider(internalName);
    } else {
      throw new ClassNotFoundException(name);
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  /** Overrides a method of Java 9: finds a class of a module. */
  public Class<?> findClass(String module, String name) {
    try {
      return findClass(name);
    } catch (ClassNotFoundException none) {
      return null;
    }
  }

  /** The provider, for the class that the JDK makes of this class loader's module. */
  @Override
  public Object get() {
    return provider;
  }
}
