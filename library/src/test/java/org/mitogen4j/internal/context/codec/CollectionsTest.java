package org.mitogen4j.internal.context.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.Vector;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mitogen4j.internal.kernel.Decoder;

/** Every collection of the JDK arrives as it is declared, or is refused for a reason. */
@Timeout(60)
@SuppressWarnings({"JdkObsolete", "NonApiType", "IdentityHashMapUsage"}) // what programs have
class CollectionsTest {
  /** Refused with elements; the guide says why. */
  private static final Set<Class<?>> REFUSED =
      Set.of(ArrayBlockingQueue.class, SynchronousQueue.class, DelayQueue.class);

  private final Wire wire = new Wire();

  @AfterEach
  void close() {
    wire.close();
  }

  /** What comes of a value whose type is declared. */
  private Object declared(Type type, Object value) {
    wire.expected = type;
    Decoder d = wire.decoder(wire.write(value), 7);
    return DeclaredType.fit(type, d.value(), d);
  }

  /** All public collections and maps of both packages, nested ones too, of whatever Java runs. */
  static List<Class<?>> types() throws Exception {
    List<Class<?>> types = new ArrayList<>();
    Path base = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules/java.base");
    for (String folder : List.of("java/util", "java/util/concurrent")) {
      try (Stream<Path> files = Files.list(base.resolve(folder))) {
        for (Path file : (Iterable<Path>) files::iterator) {
          String name = folder.replace('/', '.') + "." + file.getFileName();
          if (name.endsWith(".class")) {
            Class<?> type = Class.forName(name.replaceFirst("\\.class$", ""), false, null);
            if (isPublic(type) && ContainerConversion.isContainer(type)) {
              types.add(type);
            }
          }
        }
      }
    }
    assertThat(types).hasSizeGreaterThan(50).contains(Vector.class, BlockingQueue.class);
    return types;
  }

  private static boolean isPublic(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && (type.getDeclaringClass() == null || isPublic(type.getDeclaringClass()));
  }

  /** A value that a function could return that declares a type; by the type's own constructor. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Object sample(Class<?> type) throws Exception {
    Object value;
    if (type == EnumMap.class) {
      value = new EnumMap(TimeUnit.class);
    } else if (type == EnumSet.class) {
      value = EnumSet.noneOf(TimeUnit.class);
    } else if (type == ArrayBlockingQueue.class) {
      value = new ArrayBlockingQueue(5);
    } else {
      Constructor<?> constructor = null;
      try {
        constructor = Modifier.isAbstract(type.getModifiers()) ? null : type.getConstructor();
      } catch (NoSuchMethodException e) {
        // as an interface
      }
      boolean map = Map.class.isAssignableFrom(type) || type == java.util.Dictionary.class;
      value =
          constructor != null
              ? constructor.newInstance()
              : map ? new TreeMap<>() : new LinkedHashSet<>();
    }
    if (type == SynchronousQueue.class || type == DelayQueue.class) {
      return new ArrayList<>(List.of(TimeUnit.DAYS)); // they take none
    } else if (value instanceof Map items) {
      items.put(TimeUnit.DAYS, "d");
      items.put(TimeUnit.HOURS, "h");
    } else {
      ((Collection) value).add(TimeUnit.DAYS);
      ((Collection) value).add(TimeUnit.HOURS);
    }
    return value;
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyCollectionArrivesAsItIsDeclaredOrIsRefused(Class<?> type) throws Exception {
    Object value = sample(type);
    if (REFUSED.contains(type)) {
      assertThatThrownBy(() -> declared(type, value))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(type.getName())
          .hasMessageContaining("declare List, Set or Map");
      String guide = Files.readString(Path.of("..", "docs", "GUIDE.md"));
      assertThat(guide).contains(type.getSimpleName());
      return;
    }
    Object came = declared(type, value);
    assertThat(came).isInstanceOf(type);
    if (value.getClass() == type && type != HashMap.class && type != HashSet.class) {
      assertThat(came).isExactlyInstanceOf(type); // those two come as their linked subclasses
    }
    assertThat(elements(came)).containsExactlyInAnyOrderElementsOf(elements(value));
  }

  private static List<Object> elements(Object container) {
    return new ArrayList<>(
        container instanceof Map
            ? ((Map<?, ?>) container).entrySet().stream().map(Object::toString).toList()
            : (Collection<?>) container);
  }

  static EnumSet<TimeUnit> enumSet() {
    return EnumSet.noneOf(TimeUnit.class);
  }

  static EnumMap<TimeUnit, List<EnumSet<TimeUnit>>> enumMap() {
    return new EnumMap<>(TimeUnit.class);
  }

  static List<String> texts() {
    return List.of();
  }

  static Map<String, Queue<Integer>> queues() {
    return Map.of();
  }

  private static Type result(String method) throws Exception {
    return CollectionsTest.class.getDeclaredMethod(method).getGenericReturnType();
  }

  @Test
  void emptyEnumCollectionsArriveWhereTheirEnumIsDeclared() throws Exception {
    assertThat(declared(result("enumSet"), enumSet())).isEqualTo(enumSet());
    EnumMap<TimeUnit, Object> map = new EnumMap<>(TimeUnit.class);
    map.put(TimeUnit.DAYS, List.of(EnumSet.noneOf(TimeUnit.class), EnumSet.of(TimeUnit.DAYS)));
    EnumMap<?, ?> came = (EnumMap<?, ?>) declared(result("enumMap"), map);
    assertThat(((List<?>) came.get(TimeUnit.DAYS)).get(0)).isInstanceOf(EnumSet.class);
    assertThat(came.toString()).isEqualTo(map.toString());
    assertThatThrownBy(() -> declared(EnumSet.class, enumSet()))
        .hasMessageContaining("type arguments");
    assertThatThrownBy(() -> declared(result("enumSet"), List.of("x")))
        .hasMessageContaining("TimeUnit")
        .hasMessageContaining("java.lang.String");
  }

  @Test
  void elementsAreHeldAgainstTheirDeclaredTypes() throws Exception {
    Type texts = result("texts");
    assertThat(declared(texts, List.of("a"))).isEqualTo(List.of("a"));
    assertThatThrownBy(() -> declared(texts, List.of("a", 1)))
        .hasMessage(
            "in a java.util.List<java.lang.String>: a java.lang.String is declared, but a"
                + " java.lang.Integer came");
    Map<?, ?> map = (Map<?, ?>) declared(result("queues"), Map.of("k", List.of(1, 2)));
    assertThat(map.get("k")).isInstanceOf(Queue.class);
    assertThatThrownBy(() -> declared(result("queues"), Map.of("k", List.of("x"))))
        .hasMessageContaining("java.lang.Integer is declared, but a java.lang.String came");
    assertThatThrownBy(() -> declared(result("queues"), Map.of(1, List.of())))
        .hasMessageContaining("java.lang.String is declared, but a java.lang.Integer came");
    assertThat(((ParameterizedType) texts).getRawType()).isEqualTo(List.class);
  }

  /** What the JDK's own methods return, under the declarations that programs give it. */
  @Test
  void viewsAndWrappersArriveUnderTheirInterfaces() {
    List<Integer> list = new ArrayList<>(List.of(1, 2, 3));
    Map<String, Integer> map = new TreeMap<>(Map.of("a", 1, "b", 2));
    for (List<?> l :
        List.of(
            List.of(),
            List.of(1),
            List.copyOf(list),
            Arrays.asList(1, null),
            list.subList(1, 3),
            Collections.emptyList(),
            Collections.singletonList(1),
            Collections.nCopies(3, "x"),
            Collections.unmodifiableList(list),
            Collections.synchronizedList(list),
            Collections.checkedList(list, Integer.class))) {
      assertThat(declared(List.class, l)).isEqualTo(l);
      assertThat(declared(Collection.class, l)).isEqualTo(l);
      assertThat(declared(Iterable.class, l)).isEqualTo(l);
    }
    for (Set<?> s :
        List.of(
            Set.of(),
            Set.of(1, 2),
            map.keySet(),
            new TreeSet<>(list).headSet(2),
            Collections.unmodifiableSet(new HashSet<>(list)),
            new LinkedHashMap<>(Map.of("x", 1)).keySet(),
            Collections.newSetFromMap(new LinkedHashMap<>()))) {
      assertThat(declared(Set.class, s)).isEqualTo(s);
    }
    for (Map<?, ?> m :
        List.of(
            Map.of(),
            Map.of("a", 1),
            Collections.unmodifiableMap(map),
            Collections.synchronizedMap(map),
            new TreeMap<>(map).descendingMap(),
            Collections.singletonMap(null, null))) {
      assertThat(declared(Map.class, m)).isEqualTo(m);
    }
    assertThat(declared(Collection.class, map.values())).isEqualTo(List.of(1, 2));
    assertThat(declared(ArrayDeque.class, list).toString()).isEqualTo("[1, 2, 3]");
    BitSet bits = new BitSet();
    bits.set(3);
    bits.set(4000);
    assertThat(declared(BitSet.class, bits)).isEqualTo(bits);
    assertThat(declared(BitSet.class, new BitSet())).isEqualTo(new BitSet());
  }

  @Test
  void equalKeysOfAnIdentityHashMapAreNotLostInSilence() {
    Map<Object, Object> map = new IdentityHashMap<>();
    map.put(new String("k"), 1);
    map.put(new String("k"), 2);
    assertThatThrownBy(() -> declared(IdentityHashMap.class, map))
        .hasMessageContaining("two equal keys");
  }

  @Test
  void nullsAndElementsWithoutOrderAreRefusedWhereTheContainerTakesNone() {
    assertThatThrownBy(() -> declared(ArrayDeque.class, Arrays.asList(1, null)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no null");
    assertThatThrownBy(() -> declared(TreeSet.class, List.of(List.of(1), List.of(2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("order");
    assertThatThrownBy(() -> declared(TreeSet.class, Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> declared(int.class, null)).hasMessageContaining("null came");
  }
}
