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
 * The program's named modules; none on Java 8, so it works by reflection. In a child all classes
 * are in one unnamed module. So resources of encapsulated packages are served to it, too, and the
 * services that modules provide become files in {@code META-INF/services}.
 */
final class ModulePath {
  /** The ModuleReaders of the program's modules, by the module's name. */
  private final Map<String, Object> readers = new LinkedHashMap<>();

  /** The names of provider classes, by the service's name. */
  private final Map<String, List<String>> providers = new LinkedHashMap<>();

  /** Reads the modules of the boot layer. */
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

  /**
   * Calls a public method by reflection, as a method of a public type that the target's class
   * extends or implements: classes of java.base may themselves not be exported.
   */
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

  /** The URLs of a resource in the modules, also in encapsulated packages. */
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

  /** The names of all files and folders in a module; empty if it is none of the program's. */
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

  /** The names of the classes that the program's modules provide for a service. */
  List<String> providers(String service) {
    return providers.getOrDefault(service, new ArrayList<>());
  }
}
