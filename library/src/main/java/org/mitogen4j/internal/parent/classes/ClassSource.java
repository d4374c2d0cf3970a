package org.mitogen4j.internal.parent.classes;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.parent.ContextRecord;

/** The source of the classes and resources that a parent serves to its children. */
public interface ClassSource {
  /** The packed class; null if it is absent. May block. */
  byte[] packed(String className);

  /**
   * Packs classes, many of them in blocks. May block.
   *
   * @param names the most likely first; absent ones are left out
   * @param maxBytes the packed bytes at which the rest is left out
   */
  List<Packed> pack(Collection<String> names, long maxBytes);

  /** Packs classes ahead of a call of {@link #pack}, while no child waits for them. */
  default void packAhead(Collection<String> names) {
    // where classes come from a parent, they are packed already
  }

  /**
   * All classes of the jars in which some classes are, as these jars have them: they take no time
   * to be packed, but more bytes.
   *
   * @return null if they can't be had
   */
  default ClassBatches jarsOf(Collection<String> classNames) {
    return null;
  }

  /** Whether {@link #jarsOf} can give jars at all. */
  default boolean hasJars() {
    return false;
  }

  /** Whether {@link #jarsOf} has a class, if its jar is among them. */
  default boolean comesInJar(String className) {
    return false;
  }

  /** Does what makes the first search faster. May block. */
  default void prepare() {
    // where classes come from a parent there is nothing to do
  }

  /**
   * The packed class, without a question to the parent: no bytes if it is absent, null if that is
   * not known here.
   */
  byte[] here(String className);

  /**
   * Packs a class alone that came in a block, for a child that has the kernel only, which can't
   * unpack blocks. Null for a class that came in no block.
   */
  default byte[] outOfBlock(String className) {
    return null;
  }

  /** Keeps a parent's answer: no bytes if the class is absent. */
  void keep(String className, byte[] packed);

  /**
   * Keeps a parent's answer for content of files.
   *
   * @param identity says which content it is, also where there are no bytes; empty for none
   * @return the content, or no bytes if it is absent; null if it was dropped here
   */
  default byte[] keep(String key, byte[] packed, String identity) {
    throw new IllegalStateException("nobody is asked for content of files");
  }

  /** What tells that content of a file is the same under other names; null for nothing. */
  default String identity(String key, byte[] packed) {
    return null;
  }

  /** The class file; null if the class is absent. May block. */
  byte[] classFile(String className);

  /** Whether reading a class file may take long: another thread reads it, or it is not here. */
  default boolean isSlow(String className) {
    return false;
  }

  /** Whether a resource may exist: a guess, never the answer to a child. */
  default boolean mayHave(String resource) {
    return true;
  }

  /**
   * Adds the class loader of a called function, if it is new.
   *
   * @return whether absent classes may exist now
   */
  boolean add(ClassLoader loader);

  /**
   * Checks that contexts get the class of the called function, and no other class of its name.
   *
   * @param loader the class loader of the function
   * @throws IllegalArgumentException when they would get another one
   */
  default void requireSame(ClassLoader loader, String function) {
    // only the master has class loaders
  }

  /** Logs a warning if contexts get another class of the same name as one that a function uses. */
  default void warnOfOthers(ClassLoader loader, Collection<String> classNames) {
    // only the master has class loaders
  }

  /**
   * Logs that a class or a resource is sent to a context.
   *
   * @param packed the class alone or its block
   * @param by the direct child that passes it on; null if the context is a direct child
   */
  default void sending(
      String className, ContextRecord to, String why, Packed packed, ContextRecord by) {
    // without a log
  }

  /** Logs that classes are sent to a direct child. */
  default void sending(ClassBatch batch, ContextRecord to, String why) {
    // without a log
  }

  /** Logs whether a context reported that it loaded a class that was sent to it. */
  default void told(String className, ContextRecord by, boolean loaded) {
    // only the master logs
  }

  /**
   * Logs that a context asked for a class or a resource, and waits for the answer.
   *
   * @param found whether the class or resource exists
   * @param wasSent whether it was already on its way to the context when the question came
   * @param functions those that it may run
   */
  default void question(
      String name, ContextRecord by, boolean found, boolean wasSent, List<String> functions) {
    // only the master logs
  }

  /**
   * The names of a package's classes in the order of their jar; empty if they are not known.
   *
   * @param name the name of the package, with a dot at its end
   */
  default List<String> inPackage(String name) {
    return Collections.emptyList();
  }

  /**
   * The names of the small resources in the folder of a resource, in the order of the place, with
   * that one; empty if they are not known here. May block.
   */
  default List<String> beside(String resource) {
    return Collections.emptyList();
  }

  /** Turns a key into one that another process understands; null if it has no meaning there. */
  default String toSave(String key) {
    return key;
  }

  /** Undoes {@link #toSave}; null if this process does not know the place. */
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
   * Whether the program's folders have got files that children may have been told are absent. Looks
   * through the folders, which may take a while.
   */
  default boolean hasNewNames() {
    return false;
  }

  /** The name of a class's variant for the Java of a context; the class's own name for none. */
  default String toSend(String className, ContextRecord to) {
    return className; // a child asks for the variant that it needs
  }

  /** Whether a class is one of the library's own. */
  default boolean isLibrary(String className) {
    return false;
  }

  /**
   * Whether a child that runs these classes is likely to look for resources, packages or code
   * sources: then it is sent the classes for that ahead.
   */
  default boolean usesResources(Collection<String> classNames) {
    return false;
  }

  /** What the program's classes of these names may do to their process. */
  default ProcessUse processUse(Collection<String> classNames) {
    ProcessUse all = ProcessUse.NONE;
    for (String name : classNames) {
      if (!ResourceKey.isResource(name) && !isLibrary(name)) {
        ProcessUse one = processUse(name);
        all = one.compareTo(all) > 0 ? one : all;
        if (all == ProcessUse.ENDS) {
          break;
        }
      }
    }
    return all;
  }

  /** What a class may do to its process. */
  default ProcessUse processUse(String className) {
    byte[] file = classFile(className);
    return file == null ? ProcessUse.NONE : ProcessUse.of(file);
  }

  /** Whether a child that runs these classes is likely to log. */
  default boolean usesLogging(Collection<String> classNames) {
    return false;
  }

  /**
   * The jar that the first-stage script starts.
   *
   * @param console whether the child is behind a text console: then the jar is compressed by gzip,
   *     and the script uncompresses it
   */
  byte[] firstStageJar(boolean console);

  /**
   * The names of the classes of a bundle: {@code context} has the classes of a full context, {@code
   * parent} those of a parent.
   */
  Iterable<String> bundle(String name);

  /** The name under which contexts ask for the first-stage jar; no class. */
  String JAR = "org.mitogen4j.first-stage.jar";

  /** The name under which contexts ask for the console jar; no class. */
  String CONSOLE_JAR = "org.mitogen4j.console.jar";

  /** The prefix of the names under which contexts ask for bundles; no class. */
  String LIST = "org.mitogen4j.bundle.";
}
