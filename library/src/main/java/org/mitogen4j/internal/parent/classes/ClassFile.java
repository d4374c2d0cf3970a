package org.mitogen4j.internal.parent.classes;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A parsed class file (JVMS 4): only what tells which classes its methods need. Names of classes
 * have dots, descriptors have slashes. Immutable.
 *
 * <p>Bad bytes throw an {@link IllegalArgumentException}.
 */
final class ClassFile {
  private static final int MAGIC = 0xCAFEBABE;

  // tags of the constant pool
  private static final int CLASS = 7;
  private static final int STRING = 8;
  private static final int FIELD = 9;
  private static final int METHOD = 10;
  private static final int INTERFACE_METHOD = 11;
  private static final int METHOD_HANDLE = 15;
  private static final int METHOD_TYPE = 16;
  private static final int DYNAMIC = 17;

  // instructions that refer to the constant pool
  static final int LDC = 18;
  private static final int LDC2_W = 20;
  static final int GETSTATIC = 178;
  static final int PUTSTATIC = 179;
  static final int PUTFIELD = 181;
  static final int INVOKEVIRTUAL = 182;
  static final int INVOKESPECIAL = 183;
  static final int INVOKESTATIC = 184;
  static final int INVOKEINTERFACE = 185;
  private static final int INVOKEDYNAMIC = 186;
  static final int NEW = 187;
  static final int ANEWARRAY = 189;
  private static final int CHECKCAST = 192;
  private static final int INSTANCEOF = 193;
  private static final int MULTIANEWARRAY = 197;
  private static final int TABLESWITCH = 170;
  private static final int LOOKUPSWITCH = 171;

  /** Stands for an instruction that takes a text. */
  static final int TEXT = -1;

  private static final int IINC = 132;
  private static final int WIDE = 196;

  /** The instructions of the kinds of method handles (JVMS 4.4.8); kind 8 makes an object, too. */
  private static final int[] HANDLES = {
    0,
    180,
    GETSTATIC,
    PUTFIELD,
    PUTSTATIC,
    INVOKEVIRTUAL,
    INVOKESTATIC,
    INVOKESPECIAL,
    INVOKESPECIAL,
    INVOKEINTERFACE
  };

  private static final int NEW_INVOKE_SPECIAL = 8;

  static final int PRIVATE = 2;
  static final int STATIC = 8;

  /** The length of each instruction in bytes; 0 if it varies. */
  private static final byte[] LENGTHS = lengths();

  private static byte[] lengths() {
    byte[] lengths = new byte[256];
    java.util.Arrays.fill(lengths, (byte) 1);
    int[][] longer = {
      {16, 16, 2},
      {17, 17, 3},
      {LDC, LDC, 2},
      {19, LDC2_W, 3},
      {21, 25, 2},
      {54, 58, 2},
      {IINC, IINC, 3},
      {153, 168, 3},
      {169, 169, 2},
      {TABLESWITCH, LOOKUPSWITCH, 0},
      {GETSTATIC, INVOKESTATIC, 3},
      {INVOKEINTERFACE, INVOKEDYNAMIC, 5},
      {NEW, NEW, 3},
      {188, 188, 2},
      {ANEWARRAY, ANEWARRAY, 3},
      {CHECKCAST, INSTANCEOF, 3},
      {WIDE, WIDE, 0},
      {MULTIANEWARRAY, MULTIANEWARRAY, 4},
      {198, 199, 3},
      {200, 201, 5}
    };
    for (int[] range : longer) {
      java.util.Arrays.fill(lengths, range[0], range[1] + 1, (byte) range[2]);
    }
    return lengths;
  }

  /** A method or field of this class. */
  static final class Member {
    final String name;
    final String descriptor;
    final int access;
    private final String key;
    private int code; // where the instructions begin; 0 for none
    private int codeLength;

    Member(int access, String name, String descriptor) {
      this.access = access;
      this.name = name;
      this.descriptor = descriptor;
      key = name.concat(descriptor);
    }

    /** Name and descriptor. */
    String key() {
      return key;
    }

    boolean is(int flag) {
      return (access & flag) != 0;
    }

    boolean hasCode() {
      return code > 0;
    }
  }

  /** A class, or a member of one, that a method's code refers to. */
  static final class Reference {
    /** The instruction; {@link #ANEWARRAY} also for a class that is only looked up. */
    final int instruction;

    /** The name of the class; for {@link #TEXT} the text. */
    final String owner;

    /** The name of the member; null for a class. */
    final String name;

    final String descriptor;

    private String key; // once it was asked for

    /** Whether it is a method handle, such as a lambda, which may be called later. */
    boolean indirect;

    Reference(int instruction, String owner, String name, String descriptor) {
      this.instruction = instruction;
      this.owner = owner;
      this.name = name;
      this.descriptor = descriptor;
    }

    String key() {
      if (key == null) {
        key = name.concat(descriptor);
      }
      return key;
    }
  }

  /** The major version of the format: the Java version plus 44. */
  final int version;

  final String name;

  /** The names of the superclass, if any, and of the interfaces. */
  final List<String> supers = new ArrayList<>();

  /** The class whose private members it shares (since Java 11); null for none. */
  private String nestHost;

  /** Methods and fields by name and descriptor. */
  final Map<String, Member> members = new LinkedHashMap<>();

  private final byte[] b;

  /** The offset of each entry of the constant pool, behind its tag. */
  private final int[] pool;

  /** Decoded texts of the constant pool; null before the first use. Any thread may set them. */
  private final String[] texts;

  /** The offset of each bootstrap method. */
  private int[] bootstraps = {};

  ClassFile(byte[] bytes) {
    b = bytes;
    try {
      if (bytes.length < 10 || i4(0) != MAGIC) {
        throw new IllegalArgumentException("not a class file");
      }
      version = u2(6);
      pool = new int[u2(8)];
      texts = new String[pool.length];
      int at = skipPool();
      name = className(u2(at + 2));
      if (u2(at + 4) != 0) {
        supers.add(className(u2(at + 4)));
      }
      int interfaces = u2(at + 6);
      at += 8;
      for (int i = 0; i < interfaces; i++, at += 2) {
        supers.add(className(u2(at)));
      }
      at = members(at, false);
      at = members(at, true);
      classAttributes(at);
    } catch (IndexOutOfBoundsException | IOException e) {
      throw new IllegalArgumentException("a class file that can't be read: " + e, e);
    }
  }

  /** The whole file, which nobody changes. */
  byte[] bytes() {
    return b;
  }

  String nestHost() {
    return nestHost;
  }

  private int skipPool() {
    int at = 10;
    for (int i = 1; i < pool.length; ) {
      int tag = b[at++];
      pool[i] = at;
      at += tag == ConstantPool.TEXT ? 2 + u2(at) : ConstantPool.size(tag);
      i += ConstantPool.positions(tag);
    }
    return at;
  }

  private int members(int start, boolean isMethods) throws IOException {
    int at = start + 2;
    for (int n = u2(start); n > 0; n--) {
      Member member = new Member(u2(at), utf8(u2(at + 2)), utf8(u2(at + 4)));
      members.put(member.key(), member);
      int attributes = u2(at + 6);
      at += 8;
      for (; attributes > 0; attributes--) {
        if (isMethods && utf8(u2(at)).equals("Code")) {
          member.codeLength = i4(at + 10);
          member.code = at + 14;
        }
        at += 6 + i4(at + 2);
      }
    }
    return at;
  }

  private void classAttributes(int start) throws IOException {
    int at = start + 2;
    for (int n = u2(start); n > 0; n--) {
      String attribute = utf8(u2(at));
      if (attribute.equals("NestHost")) {
        nestHost = className(u2(at + 6));
      } else if (attribute.equals("BootstrapMethods")) {
        bootstraps = new int[u2(at + 6)];
        for (int i = 0, entry = at + 8; i < bootstraps.length; i++) {
          bootstraps[i] = entry;
          entry += 4 + 2 * u2(entry + 2);
        }
      }
      at += 6 + i4(at + 2);
    }
  }

  /** The references of a method's code in their order, also to classes of the JDK and to arrays. */
  List<Reference> references(Member method) {
    List<Reference> found = new ArrayList<>();
    try {
      int end = method.code + method.codeLength;
      int at = method.code;
      for (; at < end; at += length(at, method.code)) {
        int instruction = b[at] & 255;
        if (instruction >= LDC && instruction <= LDC2_W) {
          int index = instruction == LDC ? b[at + 1] & 255 : u2(at + 1);
          int tag = b[pool[index] - 1];
          if (tag == CLASS) {
            found.add(new Reference(LDC, className(index), null, null));
          } else {
            constant(index, found);
          }
        } else if (instruction >= GETSTATIC && instruction <= INVOKEINTERFACE) {
          found.add(member(instruction, u2(at + 1)));
        } else if (instruction == INVOKEDYNAMIC) {
          dynamic(u2(at + 1), found);
        } else if (instruction == NEW) {
          found.add(new Reference(NEW, className(u2(at + 1)), null, null));
        } else if (instruction == ANEWARRAY
            || instruction == CHECKCAST
            || instruction == INSTANCEOF
            || instruction == MULTIANEWARRAY) {
          found.add(looked(className(u2(at + 1))));
        }
      }
      if (at != end) {
        throw new IllegalArgumentException("code that ends within an instruction");
      }
      if (method.code > 0) {
        Set<String> caught = new LinkedHashSet<>();
        caught(method, caught);
        for (String type : caught) {
          found.add(looked(type));
        }
      }
    } catch (IndexOutOfBoundsException | IOException e) {
      throw new IllegalArgumentException("code of " + name + " that can't be read: " + e, e);
    }
    return found;
  }

  /** The classes in the constant pool: those that this class uses, extends or nests. */
  Set<String> named() {
    Set<String> named = new LinkedHashSet<>();
    try {
      for (int i = 1; i < pool.length; i++) {
        if (pool[i] != 0 && b[pool[i] - 1] == CLASS) {
          named.add(className(i));
        }
      }
    } catch (IndexOutOfBoundsException | IOException e) {
      throw new IllegalArgumentException("a class file that can't be read: " + e, e);
    }
    return named;
  }

  /** Whether a class is in the constant pool. */
  boolean names(String className) {
    try {
      for (int i = 1; i < pool.length; i++) {
        if (pool[i] != 0 && b[pool[i] - 1] == CLASS && className(i).equals(className)) {
          return true;
        }
      }
      return false;
    } catch (IndexOutOfBoundsException | IOException e) {
      throw new IllegalArgumentException("a class file that can't be read: " + e, e);
    }
  }

  /**
   * The classes that the verifier may load for a method's code: those of values that are made,
   * passed, stored or returned, since the verifier checks that one is a subclass of the other. The
   * classes of the packages {@code java} are left out: every child has them.
   */
  Set<String> verified() {
    Set<String> types = new LinkedHashSet<>();
    boolean[] seen = new boolean[pool.length];
    try {
      for (int i = 1; i < pool.length; i++) {
        int tag = pool[i] == 0 ? 0 : b[pool[i] - 1];
        if (tag == FIELD || tag == METHOD || tag == INTERFACE_METHOD) {
          int nameAndType = pool[u2(pool[i] + 2)];
          int descriptor = u2(nameAndType + 2);
          if (!seen[descriptor]) {
            seen[descriptor] = true;
            addOthers(utf8(descriptor), types);
          }
          if (utf8(u2(nameAndType)).equals("<init>")) {
            types.add(className(u2(pool[i])));
          }
        }
      }
    } catch (IndexOutOfBoundsException | IOException e) {
      throw new IllegalArgumentException("a class file that can't be read: " + e, e);
    }
    for (Member m : members.values()) {
      if (m.hasCode() && m.descriptor.endsWith(";")) {
        addOthers(m.descriptor.substring(m.descriptor.lastIndexOf(')') + 1), types);
      }
    }
    return types;
  }

  /** The exceptions that the code catches; the verifier loads them. */
  Set<String> caught() {
    Set<String> types = new LinkedHashSet<>();
    try {
      for (Member m : members.values()) {
        if (m.hasCode()) {
          caught(m, types);
        }
      }
    } catch (IndexOutOfBoundsException | IOException e) {
      throw new IllegalArgumentException("code of " + name + " that can't be read: " + e, e);
    }
    return types;
  }

  private void caught(Member method, Set<String> types) throws IOException {
    int end = method.code + method.codeLength;
    int handler = end + 2;
    for (int n = u2(end); n > 0; n--, handler += 8) {
      if (u2(handler + 6) != 0) {
        types.add(className(u2(handler + 6)));
      }
    }
  }

  /** The classes that descriptors, and the values of annotations, name. */
  Set<String> described() {
    Set<String> types = new LinkedHashSet<>();
    try {
      for (int i = 1; i < pool.length; i++) {
        int at = pool[i];
        if (at != 0 && b[at - 1] == ConstantPool.TEXT && u2(at) > 2 && b[at + 2] == 'L') {
          String text = utf8(i);
          if (text.indexOf(';') == text.length() - 1) {
            types.addAll(types(text));
          }
        }
      }
    } catch (IndexOutOfBoundsException | IOException e) {
      throw new IllegalArgumentException("a class file that can't be read: " + e, e);
    }
    return types;
  }

  private int length(int at, int code) {
    int instruction = b[at] & 255;
    int length = LENGTHS[instruction];
    if (length > 0) {
      return length;
    } else if (instruction == WIDE) {
      return (b[at + 1] & 255) == IINC ? 6 : 4;
    }
    int table = at + 4 - (at - code) % 4; // aligned to four bytes from the start of the code
    int end =
        instruction == TABLESWITCH
            ? table + 12 + 4 * (i4(table + 8) - i4(table + 4) + 1)
            : table + 8 + 8 * i4(table + 4);
    if (end <= at) {
      throw new IllegalArgumentException("a switch of a negative length");
    }
    return end - at;
  }

  /** Adds the references of a constant: of classes, texts, method types and handles. */
  private void constant(int index, List<Reference> found) throws IOException {
    int at = pool[index];
    int tag = b[at - 1];
    if (tag == CLASS) {
      found.add(looked(className(index)));
    } else if (tag == STRING) { // also the constant parts of texts that are joined
      found.add(new Reference(TEXT, utf8(u2(at)), null, null));
    } else if (tag == METHOD_TYPE) {
      types(utf8(u2(at)), found);
    } else if (tag == METHOD_HANDLE) {
      int kind = b[at];
      Reference target = member(HANDLES[kind], u2(at + 1));
      target.indirect = true;
      if (kind == NEW_INVOKE_SPECIAL) {
        Reference made = new Reference(NEW, target.owner, null, null);
        made.indirect = true;
        found.add(made);
      }
      found.add(target);
      types(target.descriptor, found);
    } else if (tag == DYNAMIC) {
      dynamic(index, found);
    }
  }

  /** Adds what the JVM looks up before it runs a bootstrap method: arguments and types. */
  private void dynamic(int index, List<Reference> found) throws IOException {
    int at = pool[index];
    types(utf8(u2(pool[u2(at + 2)] + 2)), found);
    if (nestHost != null) {
      found.add(looked(nestHost)); // the class of a lambda becomes a member of the nest
    }
    int bootstrap = bootstraps[u2(at)];
    constant(u2(bootstrap), found);
    for (int i = 0; i < u2(bootstrap + 2); i++) {
      constant(u2(bootstrap + 4 + 2 * i), found);
    }
  }

  private static Reference looked(String owner) {
    return new Reference(ANEWARRAY, owner, null, null);
  }

  private static void types(String descriptor, List<Reference> found) {
    for (String type : types(descriptor)) {
      found.add(looked(type));
    }
  }

  /** The classes that a descriptor names. */
  static List<String> types(String descriptor) {
    List<String> types = new ArrayList<>();
    int end = 0;
    for (int at = descriptor.indexOf('L'); at >= 0; at = descriptor.indexOf('L', end)) {
      end = descriptor.indexOf(';', at);
      types.add(descriptor.substring(at + 1, end).replace('/', '.'));
    }
    return types;
  }

  /** Adds the classes that a descriptor names, without those of the packages {@code java}. */
  private static void addOthers(String descriptor, Set<String> types) {
    int end = 0;
    for (int at = descriptor.indexOf('L'); at >= 0; at = descriptor.indexOf('L', end)) {
      end = descriptor.indexOf(';', at);
      String type = descriptor.substring(at + 1, end);
      if (!type.startsWith("java/")) {
        types.add(type.replace('/', '.'));
      }
    }
  }

  private Reference member(int instruction, int index) throws IOException {
    int at = pool[index];
    int nameAndType = pool[u2(at + 2)];
    return new Reference(
        instruction, className(u2(at)), utf8(u2(nameAndType)), utf8(u2(nameAndType + 2)));
  }

  /** The name of a class; for an array the name of its elements' class. */
  private String className(int index) throws IOException {
    String known = texts[index]; // a class's entry has no other text
    if (known == null) {
      String text = utf8(u2(pool[index]));
      if (text.startsWith("[")) {
        List<String> types = types(text);
        known = types.isEmpty() ? "java.lang.Object" : types.get(0);
      } else {
        known = text.replace('/', '.');
      }
      texts[index] = known;
    }
    return known;
  }

  private String utf8(int index) throws IOException {
    String text = texts[index];
    if (text == null) {
      int at = pool[index];
      int size = u2(at);
      text =
          isAscii(at + 2, size)
              ? new String(b, at + 2, size, StandardCharsets.US_ASCII)
              : new DataInputStream(new ByteArrayInputStream(b, at, 2 + size)).readUTF();
      texts[index] = text;
    }
    return text;
  }

  private boolean isAscii(int from, int size) {
    for (int i = from; i < from + size; i++) {
      if (b[i] <= 0) {
        return false;
      }
    }
    return true;
  }

  private int u2(int at) {
    return (b[at] & 255) << 8 | b[at + 1] & 255;
  }

  private int i4(int at) {
    return u2(at) << 16 | u2(at + 2);
  }
}
