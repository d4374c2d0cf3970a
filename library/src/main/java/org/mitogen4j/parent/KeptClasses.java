package org.mitogen4j.parent;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.mitogen4j.kernel.Classes;

/** The class source of a parent that has a parent itself: what it was sent, and asks for. */
public final class KeptClasses implements ClassSource {
  private final Classes classes;

  public KeptClasses(Classes classes) {
    this.classes = classes;
  }

  @Override
  public byte[] packed(String className) {
    return classes.ask(className);
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
