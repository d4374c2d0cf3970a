package org.mitogen4j.internal.context.events;

import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.mitogen4j.internal.context.EventKind;
import org.mitogen4j.internal.context.EventRecorder;
import org.mitogen4j.internal.kernel.MessageRouter;

/**
 * Records events with JDK Flight Recorder, such as {@code org.mitogen4j.Call}. Uses {@code jdk.jfr}
 * by reflection only: the library is compiled for Java 8, and may run in a JVM without that module.
 */
public final class FlightEvents implements EventRecorder {
  private static final String PREFIX = "org.mitogen4j.";
  private static final String CATEGORY = "Mitogen4j";

  private final MethodHandle newEvent;
  private final MethodHandle isEnabled;
  private final MethodHandle begin;
  private final MethodHandle commit;
  private final MethodHandle set;

  /** The EventFactory of each kind of event. */
  private final Map<EventKind, Object> factories = new EnumMap<>(EventKind.class);

  /** Called by {@link MessageRouter#make}, which passes a router. */
  public FlightEvents(MessageRouter router) throws ReflectiveOperationException {
    Class<?> event = jfr("Event");
    Class<?> factory = jfr("EventFactory");
    Lookup lookup = MethodHandles.publicLookup();
    MethodType plain = MethodType.methodType(void.class);
    MethodType ofObject = MethodType.methodType(void.class, Object.class);
    MethodType truth = MethodType.methodType(boolean.class);
    newEvent =
        lookup
            .findVirtual(factory, "newEvent", MethodType.methodType(event))
            .asType(MethodType.methodType(Object.class, Object.class));
    isEnabled =
        lookup
            .findVirtual(event, "isEnabled", truth)
            .asType(truth.appendParameterTypes(Object.class));
    begin = lookup.findVirtual(event, "begin", plain).asType(ofObject);
    commit = lookup.findVirtual(event, "commit", plain).asType(ofObject);
    set =
        lookup
            .findVirtual(event, "set", plain.appendParameterTypes(int.class, Object.class))
            .asType(ofObject.appendParameterTypes(int.class, Object.class));
    for (EventKind kind : EventKind.values()) {
      factories.put(kind, factory(kind, factory));
    }
  }

  private static Class<?> jfr(String name) throws ClassNotFoundException {
    return Class.forName("jdk.jfr." + name, true, null);
  }

  private static Object factory(EventKind kind, Class<?> factory)
      throws ReflectiveOperationException {
    List<Object> annotations = new ArrayList<>();
    annotations.add(annotation("Name", PREFIX + kind.eventName));
    annotations.add(annotation("Label", kind.label));
    annotations.add(annotation("Category", new String[] {CATEGORY}));
    annotations.add(annotation("StackTrace", false));
    Constructor<?> descriptor =
        jfr("ValueDescriptor").getConstructor(Class.class, String.class, List.class);
    List<Object> fields = new ArrayList<>();
    for (int i = 0; i < kind.fields(); i++) {
      Class<?> type = kind.isInteger(i) ? long.class : String.class;
      List<Object> label = Arrays.asList(annotation("Label", kind.field(i)));
      fields.add(descriptor.newInstance(type, kind.field(i), label));
    }
    Object made =
        factory.getMethod("create", List.class, List.class).invoke(null, annotations, fields);
    factory.getMethod("register").invoke(made);
    return made;
  }

  private static Object annotation(String name, Object value) throws ReflectiveOperationException {
    Class<? extends Annotation> type = jfr(name).asSubclass(Annotation.class);
    return jfr("AnnotationElement")
        .getConstructor(Class.class, Object.class)
        .newInstance(type, value);
  }

  @Override
  public Object begin(EventKind kind) {
    try {
      Object event = newEvent.invokeExact(factories.get(kind));
      if (!(boolean) isEnabled.invokeExact(event)) {
        return null;
      }
      begin.invokeExact(event);
      return event;
    } catch (Throwable e) { // then it is not recorded
      return null;
    }
  }

  @Override
  public void end(Object event, Object... values) {
    if (event == null) {
      return;
    }
    try {
      for (int i = 0; i < values.length; i++) {
        Object value = values[i];
        if (value instanceof Number) {
          value = ((Number) value).longValue();
        }
        set.invokeExact(event, i, value);
      }
      commit.invokeExact(event);
    } catch (Throwable e) {
      // then it is not recorded
    }
  }
}
