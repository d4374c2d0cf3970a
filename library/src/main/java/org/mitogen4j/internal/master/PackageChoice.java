package org.mitogen4j.internal.master;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** Which packages of the program leave the master. */
public final class PackageChoice {
  private final List<String> allowed;
  private final List<String> kept;

  /** The packages that children have of their own. */
  final List<String> provided;

  /**
   * A package stands for those below it, too.
   *
   * @param allowed all others stay; empty for no such choice
   * @param denied these stay
   * @param provided these stay, since children have them
   */
  public PackageChoice(
      Collection<String> allowed, Collection<String> denied, Collection<String> provided) {
    this.allowed = prefixes(allowed);
    kept = prefixes(denied);
    kept.addAll(prefixes(provided));
    this.provided = new ArrayList<>(provided);
  }

  /** No choice: all packages leave the master. */
  static PackageChoice all() {
    List<String> none = Collections.emptyList();
    return new PackageChoice(none, none, none);
  }

  private static List<String> prefixes(Collection<String> packages) {
    List<String> prefixes = new ArrayList<>();
    for (String name : packages) {
      prefixes.add(name + ".");
    }
    return prefixes;
  }

  /** Whether nothing stays. */
  boolean isAll() {
    return allowed.isEmpty() && kept.isEmpty();
  }

  /** Whether a class may be sent. */
  boolean hasClass(String name) {
    return !begins(kept, name) && (allowed.isEmpty() || begins(allowed, name));
  }

  /**
   * Whether a resource may be sent. What is in no package, but at the top or in META-INF, is not
   * subject to the packages that are allowed.
   */
  boolean hasResource(String name) {
    String dotted = name.replace('/', '.');
    boolean inPackage = name.indexOf('/') > 0 && !name.startsWith("META-INF/");
    return !begins(kept, dotted)
        && (allowed.isEmpty() || !inPackage || name.endsWith("/") || begins(allowed, dotted));
  }

  private static boolean begins(List<String> prefixes, String name) {
    for (String prefix : prefixes) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
