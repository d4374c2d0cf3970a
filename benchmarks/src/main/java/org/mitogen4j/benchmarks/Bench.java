package org.mitogen4j.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures figures and prints them, one a line: {@code ./bench [name ...]}. A name is that of a
 * group, of a figure, or the beginning of the names of figures; without a name all groups are
 * measured that need neither other libraries nor the test bed. {@code fuzz [seconds]} measures
 * nothing: it feeds routers and codec with what hostile children might send, 60 s by default.
 */
public final class Bench {
  /** Runs the fuzzers instead of measuring. */
  private static final String ON_REQUEST = "fuzz";

  /** A group that needs libraries from Maven Central and minutes: measured only if named. */
  private static final String CLASSES = "classes";

  /** A group that needs the test bed for some figures, and minutes: measured only if named. */
  private static final String DOORS = "doors";

  private Bench() {}

  private static Map<String, List<Figure>> groups() {
    Map<String, List<Figure>> groups = new LinkedHashMap<>();
    groups.put("boot", BootFigures.all());
    groups.put("connect", ConnectFigures.all());
    groups.put(DOORS, DoorFigures.all());
    groups.put("call", CallFigures.all());
    groups.put("tree", TreeFigures.all());
    groups.put("message", MessageFigures.all());
    groups.put("logs", LogFigures.all());
    groups.put(CLASSES, ClassFigures.all());
    return groups;
  }

  public static void main(String[] names) throws Exception {
    if (names.length > 0 && names[0].equals(ON_REQUEST)) {
      long seconds = names.length > 1 ? Long.parseLong(names[1]) : 60;
      Fuzz.FRAMES.seconds((seconds + 1) / 2);
      Fuzz.VALUES.seconds((seconds + 1) / 2);
      return;
    }
    Set<Figure> chosen = new LinkedHashSet<>();
    for (String name : names) {
      List<Figure> found = find(name);
      chosen.addAll(found);
      if (found.isEmpty()) {
        System.err.println("bench: nothing is called " + name + "; there are:");
        groups().forEach((group, figures) -> figures.forEach(f -> System.err.println(f.name())));
        System.exit(2);
      }
    }
    if (names.length == 0) {
      Map<String, List<Figure>> groups = groups();
      groups.keySet().removeAll(List.of(CLASSES, DOORS));
      groups.values().forEach(chosen::addAll);
    }
    System.exit(run(chosen) ? 0 : 1);
  }

  private static List<Figure> find(String name) {
    List<Figure> found = new ArrayList<>();
    groups()
        .forEach(
            (group, figures) -> {
              for (Figure figure : figures) {
                if (group.equals(name) || figure.name().startsWith(name)) {
                  found.add(figure);
                }
              }
            });
    return found;
  }

  private static boolean run(Set<Figure> figures) {
    boolean isComplete = true;
    for (Figure figure : figures) {
      try {
        figure.measure();
      } catch (Exception | LinkageError e) {
        isComplete = false;
        System.err.println("bench: no " + figure.name() + ":");
        e.printStackTrace();
      }
    }
    return isComplete;
  }
}
