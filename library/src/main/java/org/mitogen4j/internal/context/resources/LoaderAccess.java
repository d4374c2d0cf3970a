package org.mitogen4j.internal.context.resources;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.net.URL;
import java.security.ProtectionDomain;

/**
 * Calls protected methods of the first stage's class loader by reflection. A method there that
 * calls them would cost every child some bytes.
 */
final class LoaderAccess {
  private static final MethodType DEFINE_CLASS =
      MethodType.methodType(
          Class.class, String.class, byte[].class, int.class, int.class, ProtectionDomain.class);
  private static final MethodType DEFINE_PACKAGE =
      MethodType.methodType(
          Package.class,
          new Class<?>[] {
            String.class, String.class, String.class, String.class,
            String.class, String.class, String.class, URL.class
          });

  private final ClassLoader loader;
  private final MethodHandle defineClass;
  private final MethodHandle definePackage;

  LoaderAccess(ClassLoader loader) throws ReflectiveOperationException {
    this.loader = loader;
    Lookup inside = null;
    try {
      inside =
          (Lookup)
              MethodHandles.class
                  .getMethod("privateLookupIn", Class.class, Lookup.class)
                  .invoke(null, loader.getClass(), MethodHandles.lookup());
    } catch (NoSuchMethodException java8) {
      // there reflection can open any method
    }
    defineClass = find(inside, "defineClass", DEFINE_CLASS);
    definePackage = find(inside, "definePackage", DEFINE_PACKAGE);
  }

  private MethodHandle find(Lookup inside, String name, MethodType type)
      throws ReflectiveOperationException {
    if (inside != null) {
      return inside.findVirtual(loader.getClass(), name, type).bindTo(loader);
    }
    Method method = ClassLoader.class.getDeclaredMethod(name, type.parameterArray());
    method.setAccessible(true);
    return MethodHandles.lookup().unreflect(method).bindTo(loader);
  }

  void defineClass(String name, byte[] bytes, ProtectionDomain domain) throws Throwable {
    Class<?> unused = (Class<?>) defineClass.invoke(name, bytes, 0, bytes.length, domain);
  }

  /** Defines a package; does nothing if it is defined already. */
  void definePackage(String name, String[] texts, URL sealBase) throws Throwable {
    try {
      Package unused =
          (Package)
              definePackage.invoke(
                  name, texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], sealBase);
    } catch (IllegalArgumentException there) {
      // another thread has defined it, or a class of a first call is in it
    }
  }
}
