package org.mitogen4j.internal.context;

/**
 * The names under which contexts ask for what is no class. They travel, are kept and are answered
 * as those of classes are; no class can have one of them. docs/PROTOCOL.md lists them.
 */
public final class ResourceKey {
  /** Before a resource's name: asks where it is found. */
  public static final char FIND = ';';

  /** Before the number of a place (a jar, a folder): asks for what is in there. */
  public static final char PLACE = '[';

  /** Behind a package's name: asks for what its manifest says, and where its classes come from. */
  public static final char PACKAGE = '.';

  /** Between a class's name and the Java version from which on this variant of it is used. */
  public static final char VARIANT = ';';

  /** Bytes of each piece of a resource; a shorter piece is the last. */
  public static final int PIECE = 1 << 18;

  /** Files of no more bytes than these travel along with where they are found. */
  public static final int SMALL = 1 << 15;

  /** What may be found at all in the program, as {@code NameFilter} keeps it. */
  public static final String NAMES = "]";

  /**
   * Before a class's name: says that there is no such class. No resource can be found under such a
   * key, since no part of a resource's name is empty.
   */
  private static final String ABSENT_CLASS = FIND + "//";

  /** The folder in which a service's file lists its providers. */
  public static final String SERVICES = "META-INF/services/";

  private static final int MAX_NAME = 1000;

  private ResourceKey() {}

  public static String find(String resource) {
    return FIND + resource;
  }

  /** Sent without places to a context that is likely to ask for a class that there is not. */
  public static String absentClass(String className) {
    return ABSENT_CLASS + className;
  }

  /** The name in a key of {@link #absentClass}; null in any other key. */
  public static String classOfAbsent(String key) {
    return key.startsWith(ABSENT_CLASS) ? key.substring(ABSENT_CLASS.length()) : null;
  }

  /** Whether this tells a context what there is not. */
  public static boolean isAbsence(String key) {
    return key.equals(NAMES) || key.startsWith(ABSENT_CLASS);
  }

  /** The names and sizes of all that is in a place. */
  public static String index(int place) {
    return PLACE + "" + place + '/';
  }

  /** The small files of one folder in a place; the folder's name ends with a slash or is empty. */
  public static String folder(int place, String folder) {
    return PLACE + "" + place + "/*/" + folder;
  }

  /** A piece of a file in a place; of the place itself, as a jar, where the file has no name. */
  public static String piece(int place, long offset, String file) {
    return PLACE + "" + place + '/' + offset + '/' + file;
  }

  public static String packageOf(String className) {
    return className.substring(0, className.lastIndexOf('.') + 1);
  }

  public static String variant(String className, int javaVersion) {
    return className + VARIANT + javaVersion;
  }

  /** The class of which this is a variant, or that it is. */
  public static String classOf(String variant) {
    int at = variant.indexOf(VARIANT, 1);
    return at < 0 ? variant : variant.substring(0, at);
  }

  /** Whether this asks for resources, not for a class or a package. */
  public static boolean isResource(String key) {
    return !key.isEmpty() && (key.charAt(0) == FIND || key.charAt(0) == PLACE || key.equals(NAMES));
  }

  /** Whether this asks for something that may be large, and is not worth keeping for ever. */
  public static boolean isContent(String key) {
    return !key.isEmpty() && key.charAt(0) == PLACE;
  }

  /** Whether this is a piece of a file other than the first. */
  public static boolean isContinued(String key) {
    int slash = key.indexOf('/');
    return isContent(key)
        && slash > 0
        && slash + 1 < key.length()
        && key.charAt(slash + 1) >= '1'
        && key.charAt(slash + 1) <= '9';
  }

  /** The resource's name in a key of any kind, empty where it has none. */
  public static String resource(String key) {
    if (key.charAt(0) == FIND) {
      return key.substring(1);
    } else if (key.equals(NAMES)) {
      return "";
    }
    int slash = key.indexOf('/');
    int next = key.indexOf('/', slash + 1);
    return next < 0 ? "" : key.substring(next + 1);
  }

  /**
   * Whether a name can be a resource's, and can't lead out of the place in which it is looked up:
   * no part is empty, {@code .} or {@code ..}, none looks like a URL's beginning.
   */
  public static boolean isName(String name) {
    if (name.isEmpty() || name.length() > MAX_NAME || name.charAt(0) == '/') {
      return false;
    }
    int begin = 0;
    for (int i = 0; i <= name.length(); i++) {
      char c = i == name.length() ? '/' : name.charAt(i);
      if (c < ' ' || c == '\\' || c == ':' && begin == 0) {
        return false;
      } else if (c == '/') {
        String part = name.substring(begin, i);
        if (part.equals(".") || part.equals("..") || part.isEmpty() && i < name.length()) {
          return false;
        }
        begin = i + 1;
      }
    }
    return true;
  }
}
