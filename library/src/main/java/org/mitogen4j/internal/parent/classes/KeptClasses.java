package org.mitogen4j.internal.parent.classes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.context.ContextRuntime;
import org.mitogen4j.internal.context.KeptContent;
import org.mitogen4j.internal.context.ResourceKey;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.ContextRecord;

/** The class source of a parent that has a parent itself: what it was sent, and asks for. */
public final class KeptClasses implements ClassSource {
  private static final int MAX_ABSENT = 10_000;

  private final ClassCache classes;

  /** What came of resources, which can be asked for again. */
  private final KeptContent contents;

  /** Names of which the parent knows nothing. */
  private final Set<String> absent = ConcurrentHashMap.newKeySet();

  public KeptClasses(ContextRuntime context) {
    classes = context.router.classes;
    contents = KeptContent.of(context);
  }

  @Override
  public byte[] packed(String className) {
    return classes.ask(className);
  }

  @Override
  public byte[] here(String className) {
    byte[] packed = classes.kept(className);
    if (packed == null && ResourceKey.isContent(className)) {
      packed = contents.get(className);
    }
    return packed == null && absent.contains(className) ? Message.EMPTY : packed;
  }

  @Override
  public void keep(String className, byte[] packed) {
    if (packed.length > 0 && ResourceKey.isContent(className)) {
      contents.put(className, packed);
    } else if (packed.length > 0) {
      classes.keep(className, packed);
    } else if (absent.size() < MAX_ABSENT) {
      absent.add(className);
    }
  }

  @Override
  public byte[] classFile(String className) {
    return classes.apply(className);
  }

  @Override
  public void add(ClassLoader loader) {
    // all classes here came from the parent
  }

  @Override
  public void sending(String className, ContextRecord to, String why) {
    // nobody reads a log here
  }

  @Override
  public boolean isLibrary(String className) {
    return className.startsWith("org.mitogen4j.");
  }

  @Override
  public boolean usesResources(Collection<String> classNames) {
    return classes.kept(ContextRuntime.PROGRAM_LOADER) != null; // then this context did, too
  }

  @Override
  public byte[] firstStageJar() {
    return classes.apply(JAR);
  }

  @Override
  public Iterable<String> bundle(String name) {
    String text = new String(classes.apply(LIST + name), StandardCharsets.UTF_8);
    return Arrays.asList(text.trim().split("\n"));
  }
}
