package org.mitogen4j.internal.parent.classes;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.mitogen4j.internal.parent.ContextRecord;

/** Where a parent gets what its children ask for. */
public interface ClassSource {
  /** A class as it travels; null where there is none. May block. */
  byte[] packed(String className);

  /**
   * Classes as they travel, many of them in blocks. May block.
   *
   * @param names in the order in which they are likely to be needed; those that there are not are
   *     left out
   * @param maxBytes the size in packed bytes at which the rest is left out
   */
  List<Packed> pack(Collection<String> names, long maxBytes);

  /** Packs classes that {@link #pack} is going to be called for, when no child waits. */
  default void packAhead(Collection<String> names) {
    // where classes come from a parent, they are packed already
  }

  /**
   * A class as it travels, if that can be told without asking the parent: no bytes for none, null
   * where one has to ask.
   */
  byte[] here(String className);

  /**
   * A class that came in a block, packed alone: a child of which only the kernel runs can't unpack
   * blocks. Null for a class that came in no block.
   */
  default byte[] outOfBlock(String className) {
    return null;
  }

  /** Takes a parent's answer: no bytes for none. */
  void keep(String className, byte[] packed);

  /** A class file; null where there is none. May block. */
  byte[] classFile(String className);

  /** Whether it may take long to read a class file: another thread does, or it is not here. */
  default boolean isSlow(String className) {
    return false;
  }

  /** Whether there may be a resource of a name; a guess, by which nothing is answered. */
  default boolean mayHave(String resource) {
    return true;
  }

  /**
   * Looks for classes there, too: where a function that is called comes from.
   *
   * @return whether there may be classes now that there were not before
   */
  boolean add(ClassLoader loader);

  /**
   * Checks that contexts get the class of a function that the program calls, and not another of its
   * name.
   *
   * @param loader where the function comes from
   * @throws IllegalArgumentException when they would get the other; says what to do
   */
  default void requireSame(ClassLoader loader, String function) {
    // only the master has class loaders
  }

  /** As {@link #requireSame}, of the classes that a function uses: logs a warning. */
  default void warnOfOthers(ClassLoader loader, Collection<String> classNames) {
    // only the master has class loaders
  }

  /**
   * Logs that a class or a resource goes to a context.
   *
   * @param packed what it travels in
   * @param by the direct child that passes it on; null where the context is one itself
   */
  default void sending(
      String className, ContextRecord to, String why, Packed packed, ContextRecord by) {
    // without a log
  }

  /** Logs whether a context told that it loaded a class that was sent to it. */
  default void told(String className, ContextRecord by, boolean loaded) {
    // only the master logs
  }

  /**
   * Logs that a context asked for a class or a resource, and waits for the answer.
   *
   * @param found whether the class or resource exists
   * @param wasSent whether it was already on its way to the context when the question came
   * @param function the function that the context was last sent; null for none
   */
  default void question(
      String name, ContextRecord by, boolean found, boolean wasSent, String function) {
    // only the master logs
  }

  /**
   * Names of the classes of a package in the order of their jar; empty when they are not known.
   *
   * @param name the name of the package, with a dot at its end
   */
  default List<String> inPackage(String name) {
    return Collections.emptyList();
  }

  /**
   * Turns a key into a form that another process understands; null when it has no meaning there.
   */
  default String toSave(String key) {
    return key;
  }

  /** Undoes {@link #toSave}; null when this process has nothing of that kind. */
  default String fromSaved(String key) {
    return key;
  }

  /**
   * Whether the program has a class that was missing in the names of the program that children were
   * sent. If so, children get no such names any more.
   */
  default boolean isUnexpected(String className) {
    return false;
  }

  /**
   * Whether it is time to ask {@link #hasNewNames()}: true for one caller every few seconds, if
   * children were told what the program does not have.
   */
  default boolean takeLook() {
    return false;
  }

  /**
   * Whether the program's folders have got files of which children may have been told that there are
   * none. May take a while.
   */
  default boolean hasNewNames() {
    return false;
  }

  /** The name under which a class goes to a context: that of its variant for its Java. */
  default String toSend(String className, ContextRecord to) {
    return className; // whoever needs another variant asks for it
  }

  /** Whether a class is one of the library's own. */
  default boolean isLibrary(String className) {
    return false;
  }

  /**
   * Whether a child that runs these classes is likely to look for resources, packages or code
   * sources: then it is to be able to from the first.
   */
  default boolean usesResources(Collection<String> classNames) {
    return false;
  }

  /** Whether a child that runs these classes is likely to log. */
  default boolean usesLogging(Collection<String> classNames) {
    return false;
  }

  /**
   * The jar that the first-stage script starts.
   *
   * @param console whether the child is reached by a text console: then the jar is compressed by
   *     gzip, and what is sent ahead of it uncompresses it
   */
  byte[] firstStageJar(boolean console);

  /**
   * Names of the library's classes that travel together: {@code context} is what makes a context of
   * what the kernel image starts, {@code parent} what makes it a parent.
   */
  Iterable<String> bundle(String name);

  /** Not a class: the name under which the jar is asked for. */
  String JAR = "org.mitogen4j.first-stage.jar";

  /** The same for the jar of children that are reached by a text console. */
  String CONSOLE_JAR = "org.mitogen4j.console.jar";

  /** Not a class: what the names under which bundles are asked for begin with. */
  String LIST = "org.mitogen4j.bundle.";
}
