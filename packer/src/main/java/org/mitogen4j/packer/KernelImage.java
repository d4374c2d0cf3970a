package org.mitogen4j.packer;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;

/**
 * The kernel's classes in one block, not yet compressed. All numbers are big endian:
 *
 * <pre>
 *   repeated:
 *     u2 length, name      modified UTF-8, as DataOutput.writeUTF; binary name, with dots
 *     u4 length, bytes     the class file
 *   u2 0                   an empty name ends the image
 * </pre>
 *
 * A class comes after its superclass and interfaces, so that a reader may define each class as it
 * arrives. Within that, the order is the one that compresses best.
 */
final class KernelImage {
  /** How many random changes of the order are tried; the gain is about one per cent. */
  private static final int TRIES = 400;

  private final Map<String, byte[]> classes;

  /** Class name to the names of those among its supertypes that are in the image, too. */
  private final Map<String, Set<String>> supertypes = new TreeMap<>();

  private KernelImage(Map<String, byte[]> classes) {
    this.classes = new TreeMap<>(classes);
    this.classes.forEach((name, bytes) -> supertypes.put(name, supertypesOf(bytes)));
  }

  /** Lays out the classes, which are given by their internal names. */
  static byte[] of(Map<String, byte[]> classes) {
    KernelImage image = new KernelImage(classes);
    return image.write(image.bestOrder());
  }

  private Set<String> supertypesOf(byte[] bytes) {
    ClassReader reader = new ClassReader(bytes);
    Set<String> names = new TreeSet<>(List.of(reader.getInterfaces()));
    names.add(reader.getSuperName());
    names.retainAll(classes.keySet());
    return names;
  }

  private List<String> bestOrder() {
    List<String> byName = new ArrayList<>(classes.keySet());
    List<String> bySize = new ArrayList<>(byName);
    bySize.sort(Comparator.comparingInt(name -> classes.get(name).length));
    List<String> best = improve(smaller(smaller(byName, bySize), bySimilarity()));
    return legal(best);
  }

  private List<String> smaller(List<String> one, List<String> other) {
    return cost(other) < cost(one) ? other : one;
  }

  private int cost(List<String> order) {
    return Deflate.quickly(write(legal(order))).length;
  }

  /** Starts with the largest class, and puts next what it helps most to compress. */
  private List<String> bySimilarity() {
    Map<String, Set<Object>> constants = new TreeMap<>();
    classes.forEach((name, bytes) -> constants.put(name, constantsOf(bytes)));
    List<String> order = new ArrayList<>();
    List<String> left = new ArrayList<>(classes.keySet());
    left.sort(Comparator.comparingInt((String name) -> classes.get(name).length).reversed());
    String last = left.remove(0);
    order.add(last);
    while (!left.isEmpty()) {
      Set<Object> before = constants.get(last);
      last =
          left.stream()
              .max(Comparator.comparingDouble(n -> shared(before, constants.get(n))))
              .get();
      left.remove(last);
      order.add(last);
    }
    return order;
  }

  private static double shared(Set<Object> before, Set<Object> constants) {
    return (double) constants.stream().filter(before::contains).count() / constants.size();
  }

  private static Set<Object> constantsOf(byte[] bytes) {
    ClassReader reader = new ClassReader(bytes);
    char[] buffer = new char[reader.getMaxStringLength()];
    Set<Object> constants = new HashSet<>();
    for (int i = 1; i < reader.getItemCount(); i++) {
      int offset = reader.getItem(i);
      if (offset != 0 && bytes[offset - 1] == 7) { // A class; its name is as good as itself.
        constants.add(reader.readUTF8(offset, buffer));
      } else if (offset != 0 && bytes[offset - 1] == 12) { // A name and a type.
        constants.add(reader.readUTF8(offset, buffer) + reader.readUTF8(offset + 2, buffer));
      }
    }
    return constants;
  }

  /** Moves one class at a time to somewhere else, and keeps what helps. Always the same moves. */
  private List<String> improve(List<String> order) {
    Random random = new Random(1);
    List<String> best = order;
    int bestCost = cost(best);
    for (int i = 0; i < TRIES && order.size() > 1; i++) {
      List<String> changed = new ArrayList<>(best);
      String moved = changed.remove(random.nextInt(changed.size()));
      changed.add(random.nextInt(changed.size() + 1), moved);
      int cost = cost(changed);
      if (cost < bestCost) {
        best = changed;
        bestCost = cost;
      }
    }
    return best;
  }

  /** The same order, but for supertypes that are brought forward to before who needs them. */
  private List<String> legal(List<String> order) {
    Set<String> placed = new LinkedHashSet<>();
    place(order, placed);
    return new ArrayList<>(placed);
  }

  private void place(Collection<String> names, Set<String> placed) {
    for (String name : names) {
      if (!placed.contains(name)) {
        place(supertypes.get(name), placed);
        placed.add(name);
      }
    }
  }

  private byte[] write(List<String> order) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (String name : order) {
        out.writeUTF(name.replace('/', '.'));
        out.writeInt(classes.get(name).length);
        out.write(classes.get(name));
      }
      out.writeUTF("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
