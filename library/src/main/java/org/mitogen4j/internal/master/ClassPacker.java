package org.mitogen4j.internal.master;

import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.context.Packing;
import org.mitogen4j.internal.context.classes.RecentBytes;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.parent.classes.ClassSource;
import org.mitogen4j.internal.parent.classes.Packed;

/**
 * Packs the program's classes and resources for children: single ones, and blocks of classes that
 * are sent together. Keeps what it packed while there is room. Thread safe.
 */
final class ClassPacker {
  /** The least classes that are sent as a block. */
  private static final int FEW = 6;

  /** The most bytes of class files in a block, so that it fits a frame when it is deflated. */
  private static final int BLOCK_BYTES = 160_000;

  /** The bytes from which a single class is smaller as a block. */
  private static final int LARGE = 10_000;

  private static final int MAX_BLOCK = Header.MAX_PAYLOAD - 100;

  /** The most bytes of packed classes that are kept. */
  private static final long PACKED_KEPT = 12 << 20;

  /** The most packed contents of resources that are kept; beyond it all are dropped. */
  private static final int MAX_CONTENTS = 10_000;

  private final ClassSource program;
  private final byte[] dictionary;

  /** Packed classes by their names, and blocks by the names of their classes. */
  private final RecentBytes packed = new RecentBytes(PACKED_KEPT);

  /** Packed contents of resources by name, and by identity; the garbage collector may drop them. */
  private final Map<String, SoftReference<Content>> contents = new ConcurrentHashMap<>();

  private volatile PackedNames names;

  private static final class Content {
    final byte[] packed;
    final String identity;

    Content(byte[] packed, String identity) {
      this.packed = packed;
      this.identity = identity;
    }
  }

  /** The names of all classes and resources. */
  private static final class PackedNames {
    final byte[] plain;
    final byte[] packed;

    PackedNames(byte[] plain, byte[] packed) {
      this.plain = plain;
      this.packed = packed;
    }
  }

  /**
   * Packs nothing yet.
   *
   * @param program gives class files and resources
   * @param dictionary what classes are deflated with
   */
  ClassPacker(ClassSource program, byte[] dictionary) {
    this.program = program;
    this.dictionary = dictionary;
  }

  /**
   * A class, resource or answer as it travels by itself.
   *
   * @return null if there is none
   */
  byte[] packed(String className) {
    if (ResourceKey.isContent(className)) {
      return content(className);
    } else if (className.equals(ResourceKey.NAMES)) {
      return names();
    }
    byte[] bytes = LibraryClasses.packed(className);
    if (bytes == null) {
      bytes = packed.get(className);
    }
    if (bytes == null) {
      byte[] classFile = program.classFile(className);
      if (classFile != null) {
        bytes = Packing.pack(classFile, dictionary);
        packed.put(className, bytes);
      }
    }
    return bytes;
  }

  private byte[] names() {
    byte[] plain = program.classFile(ResourceKey.NAMES);
    PackedNames last = names;
    if (plain != null && (last == null || last.plain != plain)) { // another array for other names
      last = new PackedNames(plain, Packing.pack(plain, dictionary));
      names = last;
    }
    return plain == null ? null : last.packed;
  }

  private byte[] content(String key) {
    Content content = kept(key);
    if (content == null) {
      byte[] plain = program.classFile(key);
      if (plain == null || plain.length == 0) { // a child may have made up the key
        return plain == null ? null : Packing.pack(plain, dictionary);
      }
      String identity = ResourceKey.identity(plain);
      content = identity == null ? null : kept(identity);
      if (content == null) {
        content = new Content(Packing.pack(plain, dictionary), identity);
      }
      content = keep(key, content);
    }
    return content.packed;
  }

  /** Keeps content; returns equal content that another thread has packed meanwhile. */
  private synchronized Content keep(String key, Content content) {
    Content first = kept(content.identity == null ? key : content.identity);
    SoftReference<Content> kept = new SoftReference<>(first == null ? content : first);
    if (contents.size() >= MAX_CONTENTS) {
      contents.clear();
    }
    contents.put(key, kept);
    if (content.identity != null) {
      contents.put(content.identity, kept);
    }
    return first == null ? content : first;
  }

  private Content kept(String key) {
    SoftReference<Content> kept = contents.get(key);
    return kept == null ? null : kept.get();
  }

  /** As {@link ClassSource#identity}. */
  String identity(String key, byte[] packed) {
    Content content = kept(key);
    return content != null && content.packed == packed ? content.identity : null;
  }

  /** As {@link ClassSource#pack}. */
  List<Packed> pack(Collection<String> names, long maxBytes) {
    return pack(names, maxBytes, Packing.FAST);
  }

  /** As {@link ClassSource#packAhead}. */
  void packAhead(Collection<String> names) {
    pack(names, Long.MAX_VALUE, Packing.SMALL);
  }

  private List<Packed> pack(Collection<String> names, long maxBytes, int level) {
    List<Packed> all = new ArrayList<>();
    Map<String, byte[]> block = new LinkedHashMap<>();
    int size = 0;
    long[] left = {maxBytes};
    for (String name : names) {
      byte[] file = left[0] > 0 ? program.classFile(name) : null;
      if (file != null && (names.size() < FEW || program.isLibrary(name))) {
        add(Packed.single(name, packed(name)), all, left);
      } else if (file != null) {
        if (size + file.length > BLOCK_BYTES) {
          addBlock(block, all, left, level);
          block.clear();
          size = 0;
        }
        block.put(name, file);
        size += file.length;
      }
    }
    addBlock(block, all, left, level);
    return all;
  }

  private static void add(Packed p, List<Packed> all, long[] left) {
    all.add(p);
    left[0] -= p.bytes.length;
  }

  private void addBlock(Map<String, byte[]> block, List<Packed> all, long[] left, int level) {
    List<String> names = new ArrayList<>(block.keySet());
    if (left[0] <= 0 || names.isEmpty()) {
      return;
    } else if (names.size() == 1 && block.get(names.get(0)).length < LARGE) {
      add(Packed.single(names.get(0), packed(names.get(0))), all, left);
      return;
    }
    String key = String.join("/", names);
    byte[] bytes = level == Packing.SMALL ? null : packed.get(key);
    try {
      if (bytes == null) {
        bytes = ClassBlockWriter.pack(block, dictionary, level);
        if (bytes.length <= MAX_BLOCK) {
          packed.put(key, bytes);
        }
      }
    } catch (IllegalArgumentException unreadable) {
      bytes = null; // the halves are tried, so that only the unreadable one is sent alone
    }
    if (bytes != null && bytes.length <= MAX_BLOCK) {
      add(Packed.block(bytes, names), all, left);
    } else if (names.size() == 1) {
      add(Packed.single(names.get(0), packed(names.get(0))), all, left);
    } else {
      int middle = names.size() / 2;
      Map<String, byte[]> half = new LinkedHashMap<>(block);
      half.keySet().retainAll(names.subList(0, middle));
      addBlock(half, all, left, level);
      half = new LinkedHashMap<>(block);
      half.keySet().retainAll(names.subList(middle, names.size()));
      addBlock(half, all, left, level);
    }
  }
}
