package org.mitogen4j.internal.context.codec;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/**
 * Reads the serialized form of List.of, Set.of and Map.of on Java 8, which does not have these. The
 * class has the name of the JDK's class, because serialization compares the names without their
 * packages.
 */
final class CollSer implements Serializable {
  /** That of java.util.CollSer. */
  private static final long serialVersionUID = 6309168927139932177L;

  private static final int SET = 2;
  private static final int MAP = 3;

  private final int tag;
  private transient Object[] array;

  private CollSer() {
    tag = 0; // serialization sets the field without the constructor
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    array = new Object[in.readInt()];
    for (int i = 0; i < array.length; i++) {
      array[i] = in.readObject();
    }
  }

  private Object readResolve() {
    switch (tag & 0xff) {
      case SET:
        return Collections.unmodifiableSet(new LinkedHashSet<>(Arrays.asList(array)));
      case MAP:
        Map<Object, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < array.length; i += 2) {
          map.put(array[i], array[i + 1]);
        }
        return Collections.unmodifiableMap(map);
      default:
        return Collections.unmodifiableList(Arrays.asList(array));
    }
  }
}
