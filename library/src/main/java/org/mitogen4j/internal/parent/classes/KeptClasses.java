package org.mitogen4j.internal.parent.classes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.ContextRecord;

/** The class source of a parent that has a parent itself: what it was sent, and asks for. */
public final class KeptClasses implements ClassSource {
  private static final int MAX_ABSENT = 10_000;

  private final ClassCache classes;

  /** Names of which the parent knows nothing. */
  private final Set<String> absent = ConcurrentHashMap.newKeySet();

  public KeptClasses(ClassCache classes) {
    this.classes = classes;
  }

  @Override
  public byte[] packed(String className) {
    return classes.ask(className);
  }

  @Override
  public byte[] here(String className) {
    byte[] packed = classes.kept(className);
    return packed == null && absent.contains(className) ? Message.EMPTY : packed;
  }

  @Override
  public void keep(String className, byte[] packed) {
    if (packed.length > 0) {
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
  public byte[] firstStageJar() {
    return classes.apply(JAR);
  }

  @Override
  public Iterable<String> bundle(String name) {
    String text = new String(classes.apply(LIST + name), StandardCharsets.UTF_8);
    return Arrays.asList(text.trim().split("\n"));
  }
}
