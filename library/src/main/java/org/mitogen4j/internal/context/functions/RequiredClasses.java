package org.mitogen4j.internal.context.functions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * The classes of the program that the receiver of a message needs to read it. A codec keeps it in
 * {@link Encoder#types} while it writes the values.
 */
public class RequiredClasses {
  private final Set<String> names = new LinkedHashSet<>();
  private final Set<ClassLoader> loaders = new LinkedHashSet<>();

  /** Senders and receivers of this context that are in the message; null while there are none. */
  private List<Object> passed;

  /** The receiver is going to make an object of this class. */
  public final void object(Class<?> type) {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    if (element.getClassLoader() != null) { // else the JDK's
      names.add(element.getName());
      loaders.add(element.getClassLoader());
    }
  }

  /** The receiver may call a method. */
  public final void function(FunctionName function) {
    names.add(function.text);
  }

  /** The names of the classes and functions that the values in a message need. */
  public static Collection<String> of(Encoder e) {
    return e.types instanceof RequiredClasses
        ? ((RequiredClasses) e.types).names
        : Collections.emptySet();
  }

  /** The class loaders of the classes of the values in a message. */
  public static Collection<ClassLoader> loaders(Encoder e) {
    return e.types instanceof RequiredClasses
        ? ((RequiredClasses) e.types).loaders
        : Collections.emptySet();
  }

  /** Adds what the values in another message need, which becomes a part of this one. */
  public final void add(Encoder part) {
    names.addAll(of(part));
    loaders.addAll(loaders(part));
    for (Object address : passed(part)) {
      pass(address);
    }
  }

  /** Notes that the message tells its receiver an address: a sender or a receiver. */
  public final void pass(Object address) {
    if (passed == null) {
      passed = new ArrayList<>();
    }
    passed.add(address);
  }

  /** The addresses in a message. */
  public static List<Object> passed(Encoder e) {
    List<Object> passed =
        e.types instanceof RequiredClasses ? ((RequiredClasses) e.types).passed : null;
    return passed == null ? Collections.emptyList() : passed;
  }
}
