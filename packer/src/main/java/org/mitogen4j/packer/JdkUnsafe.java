package org.mitogen4j.packer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.SimpleRemapper;

/**
 * Puts the JDK's Unsafe in the place of the class that stands for it, since javac shows no
 * sun.misc.Unsafe when it compiles for Java 8.
 */
final class JdkUnsafe {
  /** The internal name of the JDK's class. */
  static final String NAME = "sun/misc/Unsafe";

  private static final String STANDS_FOR_IT = "org/mitogen4j/internal/boot/Unsafe";

  private JdkUnsafe() {}

  /** The classes, by internal name, without the one that stands for Unsafe. */
  static Map<String, byte[]> in(Map<String, byte[]> classes) {
    Map<String, byte[]> renamed = new TreeMap<>();
    classes.forEach((name, bytes) -> renamed.put(name, rename(bytes)));
    renamed.remove(STANDS_FOR_IT);
    return renamed;
  }

  /** Puts the JDK's class into a compiled class that the library has outside the first stage. */
  static void renameIn(Path compiled) throws IOException {
    if (Files.exists(compiled)) {
      byte[] before = Files.readAllBytes(compiled);
      byte[] after = rename(before);
      if (!Arrays.equals(before, after)) {
        Files.write(compiled, after);
      }
    }
  }

  private static byte[] rename(byte[] bytes) {
    ClassWriter writer = new ClassWriter(0);
    ClassRemapper remapper =
        new ClassRemapper(writer, new SimpleRemapper(Opcodes.ASM9, STANDS_FOR_IT, NAME));
    new ClassReader(bytes).accept(remapper, 0);
    return writer.toByteArray();
  }
}
