package org.mitogen4j.internal.context.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mitogen4j.internal.context.printed.Printable;
import org.mitogen4j.internal.kernel.Decoder;

/** Reads what {@link TypeWriter} wrote into one message. */
final class TypeReader {
  static final char ENUM = 'E';

  /** The kind of a class of which only the name was sent. */
  static final char NAME = 'C';

  private final ExtendedCodec types;
  final Decoder from;
  private final List<TypeEntry> table = new ArrayList<>();
  private final ObjectReader rows;
  final DecodeBudget budget;

  /** The types that this message has described so far, by kind and name. */
  private final Set<String> told = new HashSet<>();

  /** A type that this message has described. */
  static final class TypeEntry {
    final Class<?> type;
    final char kind;
    ObjectLayout layout;

    /** For each component, in the order of the message, its index in the layout here. */
    int[] places;

    PreviousRow last;
    List<Object> constants;

    TypeEntry(Class<?> type, char kind) {
      this.type = type;
      this.kind = kind;
    }
  }

  private TypeReader(ExtendedCodec types, Decoder from) {
    this.types = types;
    this.from = from;
    budget = new DecodeBudget(from);
    rows = new ObjectReader(from, budget);
  }

  static TypeReader of(ExtendedCodec types, Decoder from) {
    if (from.types == null) {
      from.types = new TypeReader(types, from);
    }
    return (TypeReader) from.types;
  }

  Object read(long number) {
    TypeEntry entry = known(number);
    if (entry.kind == NAME) {
      throw new IllegalArgumentException("a class where an object is due");
    }
    return entry.kind == ENUM ? constant(entry) : rows.read(entry);
  }

  /** Reads a list of objects of one type. */
  List<Object> list() {
    int tag = from.u8();
    TypeEntry entry =
        known(tag == ExtendedCodec.OBJECT ? from.varint() : tag - ExtendedCodec.OBJECT_0);
    if (entry.layout == null || entry.places.length == 0) {
      throw new IllegalArgumentException("a list of objects without components");
    }
    return rows.readAll(entry);
  }

  /** Reads the class of an array's elements. */
  Class<?> elements() {
    return known(from.varint()).type;
  }

  // ---- types

  private TypeEntry known(long number) {
    if (number == table.size()) {
      table.add(define());
    } else if (number < 0 || number > table.size()) {
      throw new IllegalArgumentException(
          "type " + number + " of " + table.size() + " in this message");
    }
    return table.get((int) number);
  }

  private TypeEntry define() {
    String name = from.text();
    char kind = (char) from.u8();
    if (!told.add(kind + name)) { // looking up a type takes much longer than naming it
      throw new IllegalArgumentException(
          "a message that tells of " + Printable.line(name, TypeAllowlist.MAX_NAME) + " again");
    }
    TypeEntry entry = new TypeEntry(types.find(from, name), kind);
    if (kind == ENUM) {
      if (!entry.type.isEnum()) {
        throw changed(entry.type, "is an enum there, and none here");
      }
      entry.constants = new ArrayList<>();
    } else if (kind == ObjectLayout.RECORD || kind == ObjectLayout.PLAIN) {
      components(entry);
    } else if (kind != NAME) {
      throw new IllegalArgumentException("a type of an unknown kind, " + (int) kind);
    }
    return entry;
  }

  private void components(TypeEntry entry) {
    if (entry.type.isEnum() || entry.type.isArray()) {
      throw changed(entry.type, "is another kind of type there");
    }
    ObjectLayout layout = TypeInfo.of(entry.type).layout();
    if (layout.record != (entry.kind == ObjectLayout.RECORD)) {
      throw changed(entry.type, "is a record on one side only");
    }
    entry.layout = layout;
    entry.places = new int[from.count()];
    Set<String> here = new HashSet<>(Arrays.asList(layout.names));
    for (int i = 0; i < entry.places.length; i++) {
      String name = from.text();
      char code = (char) from.u8();
      int at = layout.indexOf(name);
      if (!here.remove(name)) {
        throw changed(
            entry.type,
            "has '"
                + Printable.line(name, TypeAllowlist.MAX_NAME)
                + "' there, and here only "
                + layout.list());
      }
      if (layout.codes[at] != code) {
        throw changed(
            entry.type,
            "has '" + name + "' as " + kind(code) + " there, as " + layout.typeOf(at) + " here");
      }
      entry.places[i] = at;
    }
    if (!here.isEmpty()) {
      throw changed(entry.type, "has no " + here + " there, but here it has " + layout.list());
    }
    entry.last = new PreviousRow(layout.codes);
  }

  private IllegalArgumentException changed(Class<?> type, String how) {
    return new IllegalArgumentException(
        type.getName()
            + " is not the same in "
            + types.name()
            + " (here) and where it comes from (there): it "
            + how
            + "; both must run the same version of the program");
  }

  private static String kind(char code) {
    switch (code) {
      case ObjectLayout.TEXT:
        return "String";
      case ObjectLayout.VALUE:
        return "another class";
      case 'Z':
        return "boolean";
      case 'B':
        return "byte";
      case 'S':
        return "short";
      case 'C':
        return "char";
      case 'I':
        return "int";
      case 'J':
        return "long";
      case 'F':
        return "float";
      case 'D':
        return "double";
      default:
        return "an unknown type";
    }
  }

  // ---- objects

  private Object constant(TypeEntry entry) {
    long number = from.varint();
    if (number == entry.constants.size()) {
      String name = from.text();
      Object found = TypeInfo.of(entry.type).constant(name);
      if (found == null) {
        throw changed(
            entry.type,
            "has a constant "
                + Printable.line(name, TypeAllowlist.MAX_NAME)
                + " there, and here only "
                + Arrays.toString(entry.type.getEnumConstants()));
      } else if (number == entry.type.getEnumConstants().length) {
        throw new IllegalArgumentException("more constants than " + entry.type.getName() + " has");
      }
      entry.constants.add(found);
    } else if (number < 0 || number > entry.constants.size()) {
      throw new IllegalArgumentException(
          "constant " + number + " of " + entry.constants.size() + " in this message");
    }
    return entry.constants.get((int) number);
  }
}
