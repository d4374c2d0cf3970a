package org.mitogen4j.packer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/**
 * The first-stage jar and the console jar, as small as a JVM lets it be: no manifest, no folders,
 * no extra fields, no comments, no sizes behind the data, and always the same time.
 */
final class FirstStageJar {
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /** 1 January 1980, which is the earliest day that a zip file knows. */
  private static final int DATE = 1 << 5 | 1;

  /** The name of the main class in the jar, which has it in five places. */
  private static final String NAME = "Mitogen4j";

  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private int count;

  private final boolean isCompressed;

  private FirstStageJar(boolean isCompressed) {
    this.isCompressed = isCompressed;
  }

  /**
   * Makes the jar from the main class and its nested classes, which are given by internal names.
   */
  static byte[] of(String mainClass, Map<String, byte[]> classes) throws IOException {
    return of(
        name -> name.startsWith(mainClass) ? NAME + name.substring(mainClass.length()) : name,
        classes,
        true);
  }

  /**
   * Makes a jar of several classes without compression, since it is compressed as a whole later.
   * All classes but the main one have a name of one letter.
   */
  static byte[] stored(String mainClass, Map<String, byte[]> classes) throws IOException {
    Map<String, String> names = new HashMap<>();
    for (String name : classes.keySet()) {
      names.put(name, name.equals(mainClass) ? NAME : "" + (char) ('a' + names.size()));
    }
    return of(name -> names.getOrDefault(name, name), classes, false);
  }

  private static byte[] of(
      UnaryOperator<String> names, Map<String, byte[]> classes, boolean isCompressed)
      throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    Map<String, byte[]> renamed = new LinkedHashMap<>();
    classes.forEach((name, bytes) -> renamed.put(names.apply(name), rename(names, bytes)));
    SharedPool pool = new SharedPool(List.copyOf(renamed.values()));
    renamed.forEach((name, bytes) -> files.put(name + ".class", pool.use(bytes)));
    FirstStageJar jar = new FirstStageJar(isCompressed);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      jar.add(file.getKey().getBytes(US_ASCII), file.getValue());
    }
    return jar.finish();
  }

  private static byte[] rename(UnaryOperator<String> names, byte[] bytes) {
    Remapper remapper =
        new Remapper(Opcodes.ASM9) {
          @Override
          public String map(String name) {
            return names.apply(name);
          }
        };
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(bytes).accept(new ClassRemapper(writer, remapper), 0);
    return writer.toByteArray();
  }

  private void add(byte[] name, byte[] plain) throws IOException {
    byte[] deflated = isCompressed ? Deflate.smallest(plain) : plain;
    boolean worthIt = deflated.length < plain.length;
    byte[] data = worthIt ? deflated : plain;
    CRC32 crc = new CRC32();
    crc.update(plain);

    ByteArrayOutputStream common = new ByteArrayOutputStream(); // To both kinds of header.
    u2(common, worthIt ? 20 : 10); // the version that can read it
    u2(common, 0); // flags
    u2(common, worthIt ? DEFLATED : STORED);
    u2(common, 0); // time
    u2(common, DATE);
    u4(common, (int) crc.getValue());
    u4(common, data.length);
    u4(common, plain.length);
    u2(common, name.length);
    u2(common, 0); // length of extra fields

    int offset = entries.size();
    u4(entries, 0x04034b50);
    common.writeTo(entries);
    entries.write(name);
    entries.write(data);

    u4(directory, 0x02014b50);
    u2(directory, 20); // the version that wrote it
    common.writeTo(directory);
    u2(directory, 0); // length of the comment
    u2(directory, 0); // number of the disk
    u2(directory, 0); // internal attributes
    u4(directory, 0); // external attributes
    u4(directory, offset);
    directory.write(name);
    count++;
  }

  private byte[] finish() throws IOException {
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    entries.writeTo(jar);
    directory.writeTo(jar);
    u4(jar, 0x06054b50);
    u2(jar, 0); // number of this disk
    u2(jar, 0); // number of the disk where the directory starts
    u2(jar, count);
    u2(jar, count);
    u4(jar, directory.size());
    u4(jar, entries.size());
    u2(jar, 0); // length of the comment
    return jar.toByteArray();
  }

  private static void u2(ByteArrayOutputStream out, int value) {
    out.write(value);
    out.write(value >> 8);
  }

  private static void u4(ByteArrayOutputStream out, int value) {
    u2(out, value);
    u2(out, value >> 16);
  }
}
