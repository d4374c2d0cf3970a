package org.mitogen4j.packer;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Makes the kernel image, the first-stage jar, the console jar and the lists of bundles from the
 * library's compiled classes. It runs in the build, is not shipped, and writes the same bytes for
 * the same classes.
 */
public final class Packer {
  static final String KERNEL_PACKAGE = "org/mitogen4j/internal/kernel";
  static final String KERNEL = KERNEL_PACKAGE + "/ChildRouter";
  static final String FIRST_STAGE = "org/mitogen4j/internal/boot/FirstStage";
  static final String LINE_END = "org/mitogen4j/internal/boot/LineEnd";

  /**
   * What the kernel may refer to besides java.* and itself: internal names of classes that a child
   * is certain to have by the time it resolves them.
   */
  static final Set<String> KERNEL_MAY_ALSO_USE = Set.of();

  /** The classes that need all others of their bundles. */
  private static final Set<String> NEED_THEIR_BUNDLE =
      Set.of(
          "org.mitogen4j.internal.context.ContextRuntime",
          "org.mitogen4j.internal.context.program.ProgramSource");

  /** The bundle of the API's classes that run commands, which most children do not need. */
  private static final String SHELL = "shell";

  private static final String SHELL_CLASSES = "org/mitogen4j/Shell";

  /** The bundles and their packages; {@code NAME.list} will have the class names. */
  private static final Map<String, List<String>> BUNDLES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  "context",
                  List.of(
                      "org/mitogen4j/internal/context",
                      "org/mitogen4j/internal/context/functions",
                      "org/mitogen4j/internal/context/printed",
                      "org/mitogen4j/internal/context/process",
                      "org/mitogen4j/internal/context/threads")),
              Map.entry(
                  "program",
                  List.of(
                      "org/mitogen4j/internal/context/bounds",
                      "org/mitogen4j/internal/context/classes",
                      "org/mitogen4j/internal/context/program")),
              Map.entry("codec", List.of("org/mitogen4j/internal/context/codec")),
              Map.entry("logging", List.of("org/mitogen4j/internal/context/logging")),
              Map.entry("events", List.of("org/mitogen4j/internal/context/events")),
              Map.entry("dump", List.of("org/mitogen4j/internal/context/dump")),
              Map.entry("resources", List.of("org/mitogen4j/internal/context/resources")),
              Map.entry("files", List.of("org/mitogen4j/internal/context/files")),
              Map.entry("api", List.of("org/mitogen4j")),
              Map.entry(SHELL, List.of("org/mitogen4j")),
              Map.entry(
                  "parent",
                  List.of(
                      "org/mitogen4j/internal/parent",
                      "org/mitogen4j/internal/parent/classes",
                      "org/mitogen4j/internal/parent/start",
                      "org/mitogen4j/internal/parent/door",
                      "org/mitogen4j/connect/spi"))));

  private final Path classes;
  private final Path image;
  private final Path jar;
  private final Path consoleJar;
  private final Path library;
  private final Consumer<String> log;

  Packer(Path classes, Consumer<String> log) {
    this.classes = classes;
    this.log = log;
    this.image = classes.resolve("org/mitogen4j/kernel.image");
    this.library = classes.resolve("org/mitogen4j/library.classes");
    this.jar = classes.resolve("org/mitogen4j/first-stage.jar");
    this.consoleJar = classes.resolve("org/mitogen4j/console.jar.gz");
  }

  /**
   * Packs, unless the results are newer than everything that they are made from.
   *
   * @param args the folder of compiled classes, into which the results go, too
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      throw new IllegalArgumentException("usage: Packer <folder of compiled classes>");
    }
    run(line -> System.out.println("[packer] " + line), Path.of(args[0]));
  }

  static void run(Consumer<String> log, Path classes) throws IOException {
    CompilerAnnotations.removeBelow(classes);
    JdkUnsafe.renameIn(classes.resolve("org/mitogen4j/internal/context/resources/JdkField.class"));
    Packer packer = new Packer(classes, log);
    if (!packer.isUpToDate()) {
      packer.pack();
    }
  }

  void pack() throws IOException {
    byte[] kernel = packKernel();
    listBundles(kernel);
    packFirstStage();
    packConsole();
  }

  private boolean isUpToDate() throws IOException {
    if (!Files.exists(image) || !Files.exists(jar)) {
      return false;
    }
    long made = Math.min(lastModified(image), lastModified(jar));
    Path self;
    try {
      self = Path.of(Packer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    List<Path> sources = new ArrayList<>(List.of(self, classes.resolve(FIRST_STAGE).getParent()));
    sources.add(classes.resolve(KERNEL_PACKAGE));
    for (List<String> packages : BUNDLES.values()) {
      packages.stream().map(classes::resolve).filter(Files::isDirectory).forEach(sources::add);
    }
    for (Path source : sources) {
      // A folder's own time changes when a file is added or removed, also when this writes.
      try (Stream<Path> files = Files.walk(source, 1)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          boolean input = file.toString().endsWith(".class") || !image.startsWith(file);
          if (input && !isOutput(file) && lastModified(file) >= made) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean isOutput(Path file) {
    return file.equals(image)
        || file.equals(jar)
        || file.equals(consoleJar)
        || file.equals(library)
        || file.toString().endsWith(".list");
  }

  private static long lastModified(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toMillis();
  }

  /** Returns the kernel image before its compression. */
  private byte[] packKernel() throws IOException {
    Map<String, byte[]> compiled = read(KERNEL_PACKAGE, name -> true);
    if (compiled.isEmpty()) {
      log.accept("no classes in " + KERNEL_PACKAGE.replace('/', '.') + " yet: no kernel image");
      Files.deleteIfExists(image);
      return new byte[0];
    }
    Map<String, byte[]> stripped = ShortFieldNames.in(strip(ConstantsOnly.leaveOut(compiled)));
    new References(name -> inPackage(KERNEL_PACKAGE, name) || KERNEL_MAY_ALSO_USE.contains(name))
        .check("the kernel", stripped);
    byte[] kernel = KernelImage.of(stripped, KERNEL);
    byte[] deflated = Deflate.smallest(kernel);
    Files.write(image, deflated);
    log.accept(
        String.format(
            "kernel image: %d classes, %,d bytes compiled, %,d stripped, %,d compressed",
            stripped.size(), total(compiled), total(stripped), deflated.length));
    return kernel;
  }

  private void packFirstStage() throws IOException {
    Map<String, byte[]> compiled =
        read(
            "org/mitogen4j/internal/boot",
            name -> name.equals(FIRST_STAGE) || name.startsWith(FIRST_STAGE + "$"));
    if (compiled.isEmpty()) {
      log.accept("no " + FIRST_STAGE.replace('/', '.') + " yet: no first-stage jar");
      Files.deleteIfExists(jar);
      return;
    }
    Map<String, byte[]> stripped = ShortFieldNames.in(JdkUnsafe.in(strip(compiled)));
    new References(name -> isInFirstStage(name, compiled)).check("the first stage", stripped);
    byte[] packed = FirstStageJar.of(FIRST_STAGE, stripped);
    Files.write(jar, packed);
    log.accept(
        String.format(
            "first-stage jar: %d classes, %,d bytes compiled, %,d stripped, %,d in the jar",
            compiled.size(), total(compiled), total(stripped), packed.length));
  }

  private static boolean isInFirstStage(String name, Map<String, byte[]> compiled) {
    return compiled.containsKey(name) || name.equals(JdkUnsafe.NAME);
  }

  /** The console jar: the reliable line, and the first stage. */
  private void packConsole() throws IOException {
    Map<String, byte[]> compiled = read("org/mitogen4j/internal/boot", name -> true);
    if (!compiled.containsKey(LINE_END)) {
      Files.deleteIfExists(consoleJar);
      return;
    }
    Map<String, byte[]> stripped = ShortFieldNames.in(JdkUnsafe.in(strip(compiled)));
    stripped.computeIfPresent(FIRST_STAGE, (name, bytes) -> withoutMain(bytes));
    new References(name -> isInFirstStage(name, compiled)).check("the console jar", stripped);
    byte[] packed = FirstStageJar.stored(LINE_END, stripped);
    byte[] compressed = Gzip.smallest(packed);
    Files.write(consoleJar, compressed);
    log.accept(
        String.format(
            "console jar: %d classes, %,d bytes compiled, %,d in the jar, %,d compressed",
            compiled.size(), total(compiled), packed.length, compressed.length));
  }

  /** The class without its main method, for a jar in which another class has one. */
  private static byte[] withoutMain(byte[] bytes) {
    ClassWriter writer = new ClassWriter(0);
    new ClassReader(bytes)
        .accept(
            new ClassVisitor(Opcodes.ASM9, writer) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String name, String type, String signature, String[] exceptions) {
                return name.equals("main")
                    ? null
                    : super.visitMethod(access, name, type, signature, exceptions);
              }
            },
            0);
    return writer.toByteArray();
  }

  /**
   * Writes the names of each bundle's classes in the order in which they are sent, one a line, and
   * a file with all these classes without debug information, as they are sent to children. Each is
   * a UTF name, an int with the length of the rest, an int with the length of the class file, and
   * the class file deflated with the kernel image as the dictionary.
   */
  private void listBundles(byte[] kernel) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(all);
    for (Map.Entry<String, List<String>> bundle : BUNDLES.entrySet()) {
      Set<String> names = new LinkedHashSet<>();
      for (String inPackage : bundle.getValue()) {
        boolean shell = bundle.getKey().equals(SHELL);
        for (Map.Entry<String, byte[]> e :
            read(inPackage, name -> name.startsWith(SHELL_CLASSES) == shell).entrySet()) {
          String name = e.getKey().replace('/', '.');
          byte[] bytes = Stripper.withoutDebug(e.getValue());
          names.add(name);
          out.writeUTF(name);
          byte[] deflated = Deflate.quickly(bytes, kernel);
          out.writeInt(Integer.BYTES + deflated.length);
          out.writeInt(bytes.length);
          out.write(deflated);
        }
      }
      for (String last : NEED_THEIR_BUNDLE) {
        if (names.remove(last)) {
          names.add(last); // a context that has this class uses it at once
        }
      }
      Path list = classes.resolve("org/mitogen4j/" + bundle.getKey() + ".list");
      if (names.isEmpty()) {
        Files.deleteIfExists(list);
      } else {
        Files.writeString(list, String.join("\n", names) + "\n");
      }
    }
    if (all.size() == 0) {
      Files.deleteIfExists(library);
    } else {
      Files.write(library, all.toByteArray());
    }
  }

  /** The classes of one package, by internal name, sorted. */
  private Map<String, byte[]> read(String inPackage, Predicate<String> wanted) throws IOException {
    Path folder = classes.resolve(inPackage);
    Map<String, byte[]> found = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    List<Path> files = new ArrayList<>();
    try (Stream<Path> listing = Files.list(folder)) {
      listing.filter(file -> file.toString().endsWith(".class")).forEach(files::add);
    }
    for (Path file : files) {
      String simple = file.getFileName().toString();
      String name = inPackage + "/" + simple.substring(0, simple.length() - ".class".length());
      if (!name.endsWith("/package-info") && wanted.test(name)) {
        found.put(name, Files.readAllBytes(file));
      }
    }
    return found;
  }

  private Map<String, byte[]> strip(Map<String, byte[]> compiled) throws IOException {
    Stripper stripper = new Stripper(constantsInUse(compiled.values()));
    Map<String, byte[]> stripped = new TreeMap<>();
    compiled.forEach((name, bytes) -> stripped.put(name, stripper.strip(bytes)));
    return FrameSizes.unify(stripped);
  }

  private static Set<String> constantsInUse(Iterable<byte[]> compiled) {
    Set<String> fields = new TreeSet<>();
    for (byte[] bytes : compiled) {
      fields.addAll(References.staticFieldsRead(bytes));
    }
    return fields;
  }

  static boolean inPackage(String packageName, String className) {
    return className.startsWith(packageName + "/")
        && className.indexOf('/', packageName.length() + 1) < 0;
  }

  private static int total(Map<String, byte[]> byName) {
    return byName.values().stream().mapToInt(bytes -> bytes.length).sum();
  }
}
