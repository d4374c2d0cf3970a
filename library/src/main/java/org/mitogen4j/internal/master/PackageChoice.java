package org.mitogen4j.internal.master;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mitogen4j.internal.context.classes.ResourceKey;

/** Decides which packages of the program may leave the master. */
public final class PackageChoice {
  /** Folders of jars that have packages inside, with dots for slashes. */
  private static final Pattern INNER_FOLDER =
      Pattern.compile("(META-INF[.]versions[.][0-9]+|(BOOT|WEB)-INF[.]classes)[.]");

  private static final Pattern INNER_JAR = Pattern.compile("(BOOT|WEB)-INF/.*[.][jw]ar");

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
    if (!allowed.isEmpty()) {
      this.allowed.add(ResourceKey.LIBRARY); // such as its connection methods, which programs name
    }
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
    String bare = withoutFolder(name);
    boolean inPackage = bare.indexOf('.') >= 0;
    return !begins(kept, bare) && (allowed.isEmpty() || !inPackage || begins(allowed, bare));
  }

  /**
   * Whether a resource may be sent. Resources at the top or in META-INF are in no package; so they
   * may be sent whatever packages are allowed.
   */
  boolean hasResource(String name) {
    if (!isAll() && INNER_JAR.matcher(name).matches()) {
      return false; // it may have any package inside
    }
    String dotted = withoutFolder(name.replace('/', '.'));
    String path = name.substring(name.length() - dotted.length());
    boolean inPackage = path.indexOf('/') > 0 && !path.startsWith("META-INF/");
    return !begins(kept, dotted)
        && (allowed.isEmpty() || !inPackage || name.endsWith("/") || begins(allowed, dotted));
  }

  private static String withoutFolder(String dotted) {
    Matcher folder = INNER_FOLDER.matcher(dotted);
    int begin = 0;
    while (folder.lookingAt()) { // one may be in another
      begin = folder.end();
      folder.region(begin, dotted.length());
    }
    return dotted.substring(begin);
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
