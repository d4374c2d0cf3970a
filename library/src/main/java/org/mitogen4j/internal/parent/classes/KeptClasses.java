package org.mitogen4j.internal.parent.classes;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.Packing;
import org.mitogen4j.internal.context.classes.ClassBlocks;
import org.mitogen4j.internal.context.classes.Contents;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.program.ProcessDefaults;
import org.mitogen4j.internal.context.program.ProgramSource;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.parent.ContextRecord;

/**
 * The class source of a parent that is not the master: what its own parent sent it, and what it
 * asks its parent for.
 */
public final class KeptClasses implements ClassSource {
  private final ClassCache classes;
  private final ClassBlocks blocks;

  /** What came of the program's files, which can be asked for again. */
  private final Contents contents;

  private final ServedLog log;

  public KeptClasses(ContextRuntime context) {
    classes = context.router.classes;
    blocks = context.blocks;
    contents = context.contents;
    log = new ServedLog(context);
  }

  @Override
  public byte[] packed(String className) {
    // the answer to a question could come behind an order to forget absent names
    return ResourceKey.isAbsence(className) ? here(className) : classes.ask(className);
  }

  @Override
  public List<Packed> pack(Collection<String> names, long maxBytes) {
    Map<String, Packed> found = new LinkedHashMap<>();
    long bytes = 0;
    for (String className : names) {
      byte[] packed = bytes >= maxBytes ? null : classes.ask(className);
      if (packed != null) {
        Packed p =
            ClassBlocks.isBlock(packed)
                ? Packed.block(packed, Arrays.asList(ClassBlocks.names(packed, classes.dictionary)))
                : Packed.single(className, packed);
        if (found.put(p.name, p) == null) {
          bytes += packed.length;
        }
      }
    }
    return new ArrayList<>(found.values());
  }

  @Override
  public byte[] here(String className) {
    byte[] packed = classes.kept(className);
    if (packed == null && ResourceKey.isContent(className)) {
      packed = contents.get(className);
    }
    if (packed != null && ResourceKey.isNowhere(className, packed)) {
      return null; // the class may exist by now
    }
    boolean single = packed == null || !ClassBlocks.isBlock(packed);
    return single || ClassBlocks.name(packed).equals(className)
        ? packed
        : Packing.pack(blocks.unpack(className, packed), classes.dictionary);
  }

  @Override
  public byte[] outOfBlock(String className) {
    byte[] packed = classes.kept(className);
    return packed == null
            || !ClassBlocks.isBlock(packed)
            || ClassBlocks.name(packed).equals(className)
        ? null
        : here(className);
  }

  @Override
  public void keep(String className, byte[] packed) {
    classes.keep(className, packed);
  }

  @Override
  public byte[] keep(String key, byte[] packed, String identity) {
    return contents.keep(key, packed, identity);
  }

  @Override
  public String identity(String key, byte[] packed) {
    return contents.identity(key, packed);
  }

  @Override
  public void sending(
      String className, ContextRecord to, String why, Packed packed, ContextRecord by) {
    boolean own =
        className.startsWith(ResourceKey.INTERNAL)
            || className.startsWith(LIST)
            || className.equals(JAR)
            || className.equals(CONSOLE_JAR)
            || LibraryNames.isLibrary(className);
    if (!own) { // the library's own go to every child
      log.sending(className, to, why, packed);
    }
  }

  @Override
  public byte[] classFile(String className) {
    return classes.apply(className);
  }

  /** Whether the class is not here: a search does not ask the parent for it. */
  @Override
  public boolean isSlow(String className) {
    return classes.kept(className) == null;
  }

  @Override
  public boolean add(ClassLoader loader) {
    return false; // all classes here came from the parent
  }

  @Override
  public boolean isLibrary(String className) {
    return className.startsWith(ResourceKey.LIBRARY);
  }

  @Override
  public boolean usesResources(Collection<String> classNames) {
    return classes.kept(ProgramSource.PROGRAM_LOADER) != null; // then this context did, too
  }

  @Override
  public boolean usesLogging(Collection<String> classNames) {
    return classes.kept(ProcessDefaults.FORWARDED_LOGS)
        != null; // then this context's functions log
  }

  @Override
  public byte[] firstStageJar(boolean console) {
    return classes.apply(console ? CONSOLE_JAR : JAR);
  }

  @Override
  public Iterable<String> bundle(String name) {
    String text = new String(classes.apply(LIST + name), StandardCharsets.UTF_8);
    return Arrays.asList(text.trim().split("\n"));
  }
}
