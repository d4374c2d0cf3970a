package org.mitogen4j.internal.master;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The program's named modules, where it has some. In a child all classes are in one unnamed module:
 * so what is encapsulated is served, too, and what modules provide becomes what {@code
 * META-INF/services} says. By reflection, since Java 8 has no modules.
 */
final class ModulePath {
  /** ModuleReaders of the program's modules, by name. */
  private final Map<String, Object> readers = new LinkedHashMap<>();

  /** Names of provider classes by the service's name. */
  private final Map<String, List<String>> providers = new LinkedHashMap<>();

  /** Finds none where the JVM, or the program, has none. */
  ModulePath() {
    try {
      Class<?> layerType = Class.forName("java.lang.ModuleLayer");
      Object layer = layerType.getMethod("boot").invoke(null);
      Object configuration = layerType.getMethod("configuration").invoke(layer);
      Collection<?> modules = (Collection<?>) call(configuration, "modules");
      for (Object module : modules) {
        add(module);
      }
    } catch (ReflectiveOperationException java8) {
      // then there are no modules
    }
  }

  private void add(Object resolved) throws ReflectiveOperationException {
    Object reference = call(resolved, "reference");
    Object descriptor = call(reference, "descriptor");
    String name = (String) call(descriptor, "name");
    if (isJdk(name)) {
      return;
    }
    readers.put(name, call(reference, "open"));
    for (Object provides : (Set<?>) call(descriptor, "provides")) {
      String service = (String) call(provides, "service");
      for (Object provider : (List<?>) call(provides, "providers")) {
        providers.computeIfAbsent(service, any -> new ArrayList<>()).add((String) provider);
      }
    }
  }

  /** Whether a module comes with every JDK. */
  static boolean isJdk(String module) {
    return module.startsWith("java.") || module.startsWith("jdk.");
  }

  /** Calls a method by its public type: those of java.base may have none that is exported. */
  private static Object call(Object target, String method, Object... args)
      throws ReflectiveOperationException {
    for (Class<?> type = target.getClass(); type != null; type = type.getSuperclass()) {
      if (type.getName().startsWith("java.")
          && java.lang.reflect.Modifier.isPublic(type.getModifiers())) {
        for (Method m : type.getMethods()) {
          if (m.getName().equals(method) && m.getParameterCount() == args.length) {
            return m.invoke(target, args);
          }
        }
      }
      for (Class<?> face : type.getInterfaces()) {
        if (face.getName().startsWith("java.lang.module.")) {
          return face.getMethod(method, types(args)).invoke(target, args);
        }
      }
    }
    throw new NoSuchMethodException(target.getClass() + "." + method);
  }

  private static Class<?>[] types(Object... args) {
    Class<?>[] types = new Class<?>[args.length];
    for (int i = 0; i < args.length; i++) {
      types[i] = args[i].getClass();
    }
    return types;
  }

  boolean isEmpty() {
    return readers.isEmpty();
  }

  /** Where modules have a resource, be it encapsulated. */
  List<URL> find(String resource) {
    List<URL> found = new ArrayList<>();
    for (Object reader : readers.values()) {
      try {
        Optional<?> uri = (Optional<?>) call(reader, "find", resource);
        if (uri.isPresent()) {
          found.add(((URI) uri.get()).toURL());
        }
      } catch (ReflectiveOperationException | IOException e) {
        // it has none, or can't be read: the program would not find it either
      }
    }
    return found;
  }

  /** The names of all that is in a module. */
  List<String> list(String module) {
    Object reader = readers.get(module);
    if (reader == null) {
      return new ArrayList<>();
    }
    try (Stream<?> names = (Stream<?>) call(reader, "list")) {
      return names.map(String::valueOf).collect(Collectors.toList());
    } catch (ReflectiveOperationException e) {
      throw new UncheckedIOException(new IOException("module " + module + " can't be read", e));
    }
  }

  /** The classes by which the program's modules provide a service; empty for none. */
  List<String> providers(String service) {
    return providers.getOrDefault(service, new ArrayList<>());
  }
}
