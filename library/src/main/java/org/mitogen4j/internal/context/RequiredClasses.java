package org.mitogen4j.internal.context;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.mitogen4j.internal.kernel.Encoder;

/**
 * What a codec notes in {@link Encoder#types} while it writes values: which of the program's
 * classes the receiver needs to read them.
 */
public class RequiredClasses {
  private final Set<String> names = new LinkedHashSet<>();
  private final Set<ClassLoader> loaders = new LinkedHashSet<>();

  /** Addresses of this context that the message tells the receiver; null while there are none. */
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

  /** What was noted of the values in a message. */
  public static Collection<String> of(Encoder e) {
    return e.types instanceof RequiredClasses
        ? ((RequiredClasses) e.types).names
        : Collections.emptySet();
  }

  /** Where the classes of the values in a message were found. */
  public static Collection<ClassLoader> loaders(Encoder e) {
    return e.types instanceof RequiredClasses
        ? ((RequiredClasses) e.types).loaders
        : Collections.emptySet();
  }

  /** What was noted of the values in another message, which is going to be part of this one. */
  public final void add(Encoder part) {
    names.addAll(of(part));
    loaders.addAll(loaders(part));
    for (Object address : passed(part)) {
      pass(address);
    }
  }

  /** The receiver learns an address of this context. */
  public final void pass(Object address) {
    if (passed == null) {
      passed = new ArrayList<>();
    }
    passed.add(address);
  }

  /** The addresses that a message tells of. */
  public static List<Object> passed(Encoder e) {
    List<Object> passed =
        e.types instanceof RequiredClasses ? ((RequiredClasses) e.types).passed : null;
    return passed == null ? Collections.emptyList() : passed;
  }
}
