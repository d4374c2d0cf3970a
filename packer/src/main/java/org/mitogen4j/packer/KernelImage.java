package org.mitogen4j.packer;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;

/**
 * The kernel's classes in one block, not yet compressed. All class files have the same constant
 * pool, which is written once. All numbers are big endian:
 *
 * <pre>
 *   u2, u2                 the offsets of the bytecode and of the stack maps in the image
 *   u4, u4, u2             the beginning of each class file: magic, version, size of the pool
 *   repeated: constants that take equally many bytes, in columns
 *     u1 width             of each constant, its tag included
 *     u2 rows              the number of constants
 *     u1[width][rows]      the difference of each byte to the same byte of the constant before
 *   u1 0
 *   u2 texts               the rest of the pool
 *   repeated:
 *     bytes, u1 0          modified UTF-8 of at most 255 bytes
 *   u2 classes
 *   repeated:
 *     bytes                what follows the pool in a class file, without bytecode and stack maps
 *   bytes                  the bytecode of all methods
 *   bytes                  the stack maps of all methods
 * </pre>
 *
 * <p>Bytes of one kind compress better when they are together.
 *
 * <p>A class comes after its superclass and interfaces, so that a reader may define each class as
 * it arrives. The last class is the one to start. Within that, the order is the one that compresses
 * best, and so is the order of each class's fields and methods, which has no meaning for a JVM.
 */
final class KernelImage {
  /** The random changes of the order of classes that are tried; the gain is about one per cent. */
  private static final int TRIES = 400;

  /**
   * The random changes of the order of fields and methods; the gain is about one per cent, too.
   * Half as many would gain 25 bytes less, and save ten seconds of the build.
   */
  private static final int MEMBER_TRIES = 8000;

  /** Gives orders that compress well; any other works as well. */
  private static final int SEED = 3;

  private final String last;
  private final byte[] pool;

  /** By class name, what follows the pool in its class file. */
  private final Map<String, ClassBody> classes = new TreeMap<>();

  /** By class name, the names of its supertypes that are in the image, too. */
  private final Map<String, Set<String>> supertypes = new TreeMap<>();

  private KernelImage(Map<String, byte[]> classFiles, String last) {
    this.last = last;
    SharedPool shared = new SharedPool(classFiles.values());
    pool = shared.packed();
    classFiles.forEach(
        (name, bytes) -> {
          classes.put(name, ClassBody.of(shared.restOf(bytes)));
          supertypes.put(name, supertypesOf(bytes, classFiles.keySet()));
        });
  }

  /**
   * Lays out the classes, which are given by their internal names.
   *
   * @param last the class to start
   */
  static byte[] of(Map<String, byte[]> classes, String last) {
    KernelImage image = new KernelImage(classes, last);
    List<String> order = image.bestOrder();
    image.orderMembers(order);
    return image.write(order);
  }

  private static Set<String> supertypesOf(byte[] bytes, Set<String> among) {
    ClassReader reader = new ClassReader(bytes);
    Set<String> names = new TreeSet<>(List.of(reader.getInterfaces()));
    names.add(reader.getSuperName());
    names.retainAll(among);
    return names;
  }

  private List<String> bestOrder() {
    List<String> byName = new ArrayList<>(classes.keySet());
    List<String> bySize = new ArrayList<>(byName);
    bySize.sort(Comparator.comparingInt(name -> classes.get(name).size()));
    return legal(improve(cost(bySize) < cost(byName) ? bySize : byName));
  }

  private int cost(List<String> order) {
    return Deflate.quickly(write(legal(order))).length;
  }

  /** Moves one class at a time to somewhere else, and keeps what helps. Always the same moves. */
  private List<String> improve(List<String> order) {
    Random random = new Random(SEED);
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

  /**
   * Moves one field or method of a class at a time, and keeps what helps. Always the same moves.
   */
  private void orderMembers(List<String> order) {
    Random random = new Random(SEED);
    int bestCost = Deflate.quickly(write(order)).length;
    for (int i = 0; i < MEMBER_TRIES; i++) {
      String name = order.get(random.nextInt(order.size()));
      ClassBody before = classes.get(name);
      classes.put(name, before.moveOne(random));
      int cost = Deflate.quickly(write(order)).length;
      if (cost <= bestCost) {
        bestCost = cost;
      } else {
        classes.put(name, before);
      }
    }
  }

  /**
   * Changes an order so that supertypes come before their subtypes, and the class to start last.
   */
  private List<String> legal(List<String> order) {
    Set<String> placed = new LinkedHashSet<>();
    place(order, placed);
    if (placed.remove(last)) {
      placed.add(last);
    }
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
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    ByteArrayOutputStream maps = new ByteArrayOutputStream();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes);
        DataOutputStream first = new DataOutputStream(rest)) {
      first.write(pool);
      first.writeShort(order.size());
      for (String name : order) {
        classes.get(name).write(first, code, maps);
      }
      out.writeShort(2 * Short.BYTES + rest.size());
      out.writeShort(2 * Short.BYTES + rest.size() + code.size());
      for (ByteArrayOutputStream part : List.of(rest, code, maps)) {
        part.writeTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
