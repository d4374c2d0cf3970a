package org.mitogen4j.internal.parent.classes;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells the names of the library's own classes from those of the program's. */
final class LibraryNames {
  private static final String ROOT = "org.mitogen4j";
  private static final String KERNEL = ROOT + ".internal.kernel.";

  /** The classes of the API whose use shows that a function needs the API's bundle. */
  private static final List<String> USES_API = Arrays.asList(ROOT + ".Router", ROOT + ".Context");

  /** The packages, without {@link #ROOT}. */
  private static final Set<String> PACKAGES =
      new HashSet<>(
          Arrays.asList(
              "",
              ".connect.spi",
              ".internal.kernel",
              ".internal.context",
              ".internal.context.codec",
              ".internal.context.events",
              ".internal.context.dump",
              ".internal.parent",
              ".internal.parent.classes",
              ".internal.parent.start",
              ".internal.parent.door",
              ".internal.master"));

  private LibraryNames() {}

  /** Whether a class is one of the library's own. */
  static boolean isLibrary(String name) {
    return name.startsWith(ROOT)
        && PACKAGES.contains(
            name.substring(ROOT.length(), Math.max(ROOT.length(), name.lastIndexOf('.'))));
  }

  /** Whether every context has a class in its kernel image. */
  static boolean isKernel(String name) {
    return name.startsWith(KERNEL);
  }

  /** Whether code that names a class uses the library's API. */
  static boolean meansApi(String name) {
    return USES_API.contains(name);
  }
}
