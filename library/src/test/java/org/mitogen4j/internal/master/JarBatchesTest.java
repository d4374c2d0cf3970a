package org.mitogen4j.internal.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mitogen4j.Router;
import org.mitogen4j.TestRouters;
import org.mitogen4j.internal.context.Packing;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;
import org.mitogen4j.internal.parent.classes.ClassBatch;
import org.mitogen4j.internal.parent.classes.ClassBatches;

/** The classes of whole jars are those that a child would get if it asked for each of them. */
class JarBatchesTest {
  private static final byte[] DICTIONARY = new byte[100];

  @TempDir Path folder;

  /** Begins as a class file does. */
  private static byte[] classFile(String text) {
    byte[] head = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0, 0, 0, 52, 0, 1};
    byte[] tail = text.repeat(20).getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, all, head.length, tail.length);
    return all;
  }

  private Path jar(String name, String... entries) throws Exception {
    Path jar = folder.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String entry : entries) {
        boolean isStored = entry.startsWith("stored ");
        ZipEntry zipEntry = new ZipEntry(entry.replace("stored ", ""));
        byte[] bytes =
            entry.equals(JarFile.MANIFEST_NAME)
                ? "Manifest-Version: 1.0\nMulti-Release: true\n".getBytes(StandardCharsets.UTF_8)
                : classFile(name + entry);
        if (isStored) {
          CRC32 crc = new CRC32();
          crc.update(bytes);
          zipEntry.setMethod(ZipEntry.STORED);
          zipEntry.setSize(bytes.length);
          zipEntry.setCrc(crc.getValue());
        }
        out.putNextEntry(zipEntry);
        out.write(bytes);
        out.closeEntry();
      }
    }
    return jar;
  }

  private static ProgramClasses classes(PackageChoice choice, Path... places) throws Exception {
    URL[] urls = new URL[places.length];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = places[i].toUri().toURL();
    }
    ClassLoader loader = new URLClassLoader(urls, JarBatchesTest.class.getClassLoader());
    return new ProgramClasses(new ClassCache(new byte[0], DICTIONARY), loader, choice);
  }

  private static Map<String, byte[]> read(ClassBatch batch) {
    Encoder message = batch.message();
    byte[] bytes = Arrays.copyOfRange(message.buf, Header.SIZE, message.len);
    assertThat(bytes).hasSizeLessThanOrEqualTo(Header.MAX_PAYLOAD);
    Decoder d = new Decoder(null, new Message(null, 0, 0, 0, 0, 0, bytes));
    assertThat(d.text()).isEqualTo(ResourceKey.CLASSES);
    Map<String, byte[]> read = new LinkedHashMap<>();
    while (d.left() > 0) {
      read.put(d.text(), Packing.unpack(d.bytes(), DICTIONARY));
    }
    return read;
  }

  /** All class files that follow for a class, in their order. */
  private static Map<String, byte[]> all(ProgramClasses classes, String... used) {
    for (String name : used) {
      assertThat(classes.classFile(name)).isNotNull(); // as the search has read it
    }
    Map<String, byte[]> all = new LinkedHashMap<>();
    ClassBatches batches = classes.jarsOf(List.of(used));
    while (batches != null) {
      ClassBatch batch = new ClassBatch(new Encoder(null, true));
      batches.fill(batch, name -> !all.containsKey(name));
      if (batch.names().isEmpty()) {
        break;
      }
      all.putAll(read(batch));
    }
    return all;
  }

  private static Map<String, byte[]> all(Path... places) throws Exception {
    return all(classes(PackageChoice.all(), places), "a.Main");
  }

  @Test
  void theUsedClassComesFirstThenItsPackageThenTheRestAsTheyAreServedOneByOne() throws Exception {
    Path jar = jar("one.jar", "b/Other.class", "a/Near.class", "a/Main.class", "a/b/Below.class");

    Map<String, byte[]> all = all(jar);

    assertThat(all.keySet()).containsExactly("a.Main", "a.Near", "b.Other", "a.b.Below");
    ProgramClasses served = classes(PackageChoice.all(), jar);
    all.forEach((name, file) -> assertThat(file).isEqualTo(served.classFile(name)));
  }

  @Test
  void whatAnotherJarHasFirstIsLeftOut() throws Exception {
    Path first = jar("first.jar", "b/Shadowed.class");
    Path jar = jar("second.jar", "a/Main.class", "b/Shadowed.class", "b/Own.class");

    assertThat(all(first, jar)).containsOnlyKeys("a.Main", "b.Own");
  }

  @Test
  void whatAParentClassLoaderHasIsLeftOut() throws Exception {
    String parents = ProgramClasses.class.getName();
    Path jar = jar("own.jar", "a/Main.class", parents.replace('.', '/') + ".class");

    assertThat(all(jar)).containsOnlyKeys("a.Main");
  }

  @Test
  void classesWithVariantsAndNamesThatAreNoClassesAreLeftOut() throws Exception {
    Path jar =
        jar(
            "multi.jar",
            JarFile.MANIFEST_NAME,
            "a/Main.class",
            "a/Other.class",
            "META-INF/versions/9/a/Other.class",
            "module-info.class",
            "a/x;y.class",
            "a/../../Out.class");

    assertThat(all(jar)).containsOnlyKeys("a.Main");
  }

  @Test
  void aJarWithClassesThatAreNotDeflatedIsLeftOut() throws Exception {
    assertThat(all(jar("stored.jar", "a/Main.class", "stored a/Stored.class"))).isEmpty();
  }

  @Test
  void aSignedJarIsLeftOut() throws Exception {
    assertThat(all(jar("signed.jar", "a/Main.class", "META-INF/ONE.SF"))).isEmpty();
  }

  @Test
  void packagesThatTheProgramDoesNotSendAreLeftOut() throws Exception {
    Path jar = jar("secret.jar", "a/Main.class", "a/secret/Key.class", "b/Open.class");
    PackageChoice choice = new PackageChoice(List.of(), List.of("a.secret"), List.of());

    assertThat(all(classes(choice, jar), "a.Main")).containsOnlyKeys("a.Main", "b.Open");
  }

  @Test
  void foldersHaveNoBatches() throws Exception {
    Files.createDirectories(folder.resolve("classes/a"));
    Files.write(folder.resolve("classes/a/Main.class"), classFile("Main"));

    assertThat(all(folder.resolve("classes"))).isEmpty();
  }

  @Test
  void manyClassesTakeSeveralBatches() throws Exception {
    String[] entries = new String[3000];
    Set<String> names = new HashSet<>();
    for (int i = 0; i < entries.length; i++) {
      String name = i == 0 ? "Main" : "Class" + "é".repeat(i % 60) + i;
      entries[i] = "a/" + name + ".class";
      names.add("a." + name);
    }

    assertThat(all(jar("large.jar", entries)).keySet()).isEqualTo(names);
  }

  @Test
  void eachBatchIsOneFrameWhateverTheSizesOfTheClasses() throws Exception {
    Path jar = folder.resolve("sizes.jar");
    Random random = new Random(1);
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int size = 100; size < 100_000; size += 5_000) {
      byte[] file = new byte[size];
      random.nextBytes(file);
      System.arraycopy(classFile(""), 0, file, 0, 10);
      files.put(size == 100 ? "a/Main.class" : "a/Size" + size + ".class", file);
    }
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        out.putNextEntry(new ZipEntry(file.getKey()));
        out.write(file.getValue());
        out.closeEntry();
      }
    }
    ProgramClasses classes = classes(PackageChoice.all(), jar);
    assertThat(classes.classFile("a.Main")).isNotNull();
    ClassBatches batches = classes.jarsOf(List.of("a.Main"));
    Set<String> sent = new HashSet<>();
    try (Router router = Router.create()) {
      for (int before = -1; before < sent.size(); ) {
        before = sent.size();
        ClassBatch batch = new ClassBatch(new Encoder(TestRouters.of(router).router, true));
        batches.fill(batch, name -> !sent.contains(name));

        assertThat(batch.message().borrowed).isNull();
        assertThat(batch.message().len - Header.SIZE).isLessThanOrEqualTo(Header.MAX_PAYLOAD);
        sent.addAll(batch.names());
      }
    }

    assertThat(sent).contains("a.Main", "a.Size20100", "a.Size30100").doesNotContain("a.Size70100");
  }

  @Test
  void aJarThatIsDamagedWhileItIsUsedEndsTheBatches() throws Exception {
    Path jar = jar("damaged.jar", "a/Main.class", "a/Other.class");
    ProgramClasses classes = classes(PackageChoice.all(), jar);
    assertThat(classes.classFile("a.Main")).isNotNull();
    ClassBatches batches = classes.jarsOf(List.of("a.Main"));
    try (RandomAccessFile file = new RandomAccessFile(jar.toFile(), "rw")) {
      file.write(new byte[(int) file.length()]);
    }

    ClassBatch batch = new ClassBatch(new Encoder(null, true));
    batches.fill(batch, name -> true);

    assertThat(batch.names()).isEmpty();
  }
}
