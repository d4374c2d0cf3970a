package org.mitogen4j.internal.context.classes;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * The keys by which contexts ask for resources and information about packages. They are sent, kept
 * and answered as names of classes are, and no class can have such a name. docs/PROTOCOL.md lists
 * them.
 */
public final class ResourceKey {
  /** Ahead of the names of the library's own classes. */
  public static final String LIBRARY = "org.mitogen4j.";

  /** Ahead of the names of those that are not its API. */
  public static final String INTERNAL = LIBRARY + "internal.";

  /** Ahead of a resource's name: asks where the resource is found. */
  public static final char FIND = ';';

  /** Ahead of the number of a place (a jar, a folder): asks for its content. */
  public static final char PLACE = '[';

  /** Behind a package's name: asks for what its manifest says, and where its classes come from. */
  public static final char PACKAGE = '.';

  /** Between a class's name and the Java version from which on this variant of it is used. */
  public static final char VARIANT = ';';

  /** Bytes of each piece of a resource; a shorter piece is the last. */
  public static final int PIECE = 1 << 18;

  /** The most bytes of a file whose content is sent along with the places where it is found. */
  public static final int SMALL = 1 << 15;

  /** Behind a key in a question: the answer must have the bytes, also if equal ones were sent. */
  public static final int WITH_BYTES = 1;

  /** Asks for the names of all classes and resources of the program, as a {@code NameFilter}. */
  public static final String NAMES = "]";

  /**
   * Not asked for: a parent sends a byte under this name, {@link #IS_COMING} while it goes on to
   * send classes that it finds. No class, resource or block has this name.
   */
  public static final String COMING = "/coming";

  /** The byte that says that more classes come without a question. */
  public static final int IS_COMING = 1;

  /**
   * Not asked for: under this name a parent sends names of classes to a context further down. The
   * next context on the way, which was sent these classes before, sends them on. No class, resource
   * or block has this name.
   */
  public static final String BATCH = "/batch";

  /**
   * Not asked for: under this name the master sends a direct child the levels of its loggers, as it
   * answers LOG_LEVELS. No class, resource or block has this name.
   */
  public static final String LEVELS = "/levels";

  /**
   * Not asked for: a parent sends several single classes in one message with this name, each as its
   * name and its packed bytes, as it sends blocks. No class, resource or block has this name.
   */
  public static final String CLASSES = "/classes";

  /**
   * Ahead of a class's name: says that there is no such class. It is no key of a resource, since no
   * part of a resource's name is empty.
   */
  private static final String ABSENT_CLASS = FIND + "//";

  /** The answer to where a resource is that is nowhere: no places, as it travels. */
  private static final byte[] NOWHERE = {0, 0, 0, 2, 99, 96, 0, 0};

  /** Behind the number of a place: asks for the certificates of the jar's signers. */
  public static final String SIGNERS = "signers";

  /** The folder in which a service's file lists its providers. */
  public static final String SERVICES = "META-INF/services/";

  private static final int MAX_NAME = 1000;

  private ResourceKey() {}

  public static String find(String resource) {
    return FIND + resource;
  }

  /** The key that tells a context, without asking, that there is no such class. */
  public static String absentClass(String className) {
    return ABSENT_CLASS + className;
  }

  /** The name in a key of {@link #absentClass}; null in any other key. */
  public static String classOfAbsent(String key) {
    return key.startsWith(ABSENT_CLASS) ? key.substring(ABSENT_CLASS.length()) : null;
  }

  /** The answer to where a resource is that is nowhere, as it travels. */
  public static byte[] nowhere() {
    return NOWHERE.clone();
  }

  /** Whether this is the answer that a resource is nowhere. */
  public static boolean isNowhere(String key, byte[] packed) {
    return !key.isEmpty() && key.charAt(0) == FIND && Arrays.equals(packed, NOWHERE);
  }

  /** Whether a key tells a context which names are absent. */
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

  /** The certificates of a place's signers. */
  public static String signers(int place) {
    return PLACE + "" + place + '/' + SIGNERS;
  }

  /** The key of a class's package: its name with a dot; a dot for classes without a package. */
  public static String packageOf(String className) {
    int dot = className.lastIndexOf('.');
    return dot < 0 ? "." : className.substring(0, dot + 1);
  }

  public static String variant(String className, int javaVersion) {
    return className + VARIANT + javaVersion;
  }

  /** The name of the class that a key or name is a variant of; the name itself if it is none. */
  public static String classOf(String variant) {
    int at = variant.indexOf(VARIANT, 1);
    return at < 0 ? variant : variant.substring(0, at);
  }

  /** Whether a key asks for resources, not for a class or a package. */
  public static boolean isResource(String key) {
    return !key.isEmpty() && (key.charAt(0) == FIND || key.charAt(0) == PLACE || key.equals(NAMES));
  }

  /** Whether a key asks for content that may be large, so that it is kept by soft references. */
  public static boolean isContent(String key) {
    return !key.isEmpty() && key.charAt(0) == PLACE;
  }

  /**
   * The identity of content, by which equal content is known under any name; null for content that
   * needs none, because it is small.
   */
  public static String identity(byte[] plain) {
    if (plain.length <= SMALL) {
      return null;
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(plain);
      return '=' + Base64.getEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JVM has this hash function
    }
  }

  /** Whether a key asks for a piece of a file other than the first. */
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
