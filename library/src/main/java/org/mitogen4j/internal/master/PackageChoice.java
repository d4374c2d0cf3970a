package org.mitogen4j.internal.master;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** Decides which packages of the program may leave the master. */
public final class PackageChoice {
  private final List<String> allowed;
  private final List<String> kept;

  /** The packages that children have of their own. */
  final List<String> provided;

  /**
   * Makes a choice. A name of a package stands for the packages below it, too.
   *
   * @param allowed the packages that may be sent; empty for all
   * @param denied packages that are not sent
   * @param provided packages that are not sent, since children have them
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

  /** Whether all packages may be sent. */
  boolean isAll() {
    return allowed.isEmpty() && kept.isEmpty();
  }

  /** Whether a class may be sent. */
  boolean hasClass(String name) {
    return !begins(kept, name) && (allowed.isEmpty() || begins(allowed, name));
  }

  /**
   * Whether a resource may be sent. Resources at the top or in META-INF are in no package; so they
   * may be sent whatever packages are allowed.
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
