package org.mitogen4j.internal.context.resources;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** The information of a parent about a package: its places, its manifest, its classes' variants. */
final class PackageInfo {
  /** The place that its classes come from, except those in {@link #otherPlaces}. */
  final int place;

  final String placeName;

  /** Title, version and vendor of the specification, and of the implementation; null for none. */
  final String[] texts = new String[6];

  /** Whether all its classes come from one place. */
  final boolean sealed;

  /** Whether somebody signed the place that its classes come from. */
  final boolean signed;

  /** The Java versions for which a class has a variant, by its simple name. */
  private final Map<String, int[]> variants = new HashMap<>();

  private final Map<String, Integer> otherPlaces = new HashMap<>();
  private final Map<Integer, String> otherNames = new HashMap<>();

  PackageInfo(byte[] answer) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(answer))) {
      place = in.readInt();
      placeName = in.readUTF();
      sealed = in.readBoolean();
      for (int i = 0; i < texts.length; i++) {
        texts[i] = in.readBoolean() ? in.readUTF() : null;
      }
      signed = in.readBoolean();
      for (int n = in.readUnsignedShort(); n > 0; n--) {
        String simpleName = in.readUTF();
        int[] versions = new int[in.readUnsignedShort()];
        for (int i = 0; i < versions.length; i++) {
          versions[i] = in.readUnsignedShort();
        }
        variants.put(simpleName, versions);
      }
      for (int n = in.readUnsignedShort(); n > 0; n--) {
        int other = in.readInt();
        otherNames.put(other, in.readUTF());
        for (int names = in.readUnsignedShort(); names > 0; names--) {
          otherPlaces.put(in.readUTF(), other);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int placeOf(String simpleName) {
    Integer other = otherPlaces.get(simpleName);
    return other == null ? place : other;
  }

  String nameOf(int ofPlace) {
    return ofPlace == place ? placeName : otherNames.get(ofPlace);
  }

  /** The Java version of the variant of a class to use on a Java version; 0 for no variant. */
  int variant(String simpleName, int javaVersion) {
    int best = 0;
    int[] versions = variants.get(simpleName);
    for (int i = 0; versions != null && i < versions.length; i++) {
      if (versions[i] <= javaVersion && versions[i] > best) {
        best = versions[i];
      }
    }
    return best;
  }
}
