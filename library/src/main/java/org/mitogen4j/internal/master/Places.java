package org.mitogen4j.internal.master;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import org.mitogen4j.internal.context.classes.ResourceKey;

/**
 * The places in which the program's class loaders find classes and resources. Answers what children
 * ask with a {@link ResourceKey}: only from these places, and only by the program's class loaders.
 */
final class Places {
  private static final int MAX_PLACES = 10_000;

  /** The most bytes of contents in the answer that says where a resource is found. */
  private static final int MAX_CONTENTS = 1 << 18;

  /** The most bytes of files in the answer for a folder. */
  private static final int MAX_FOLDER = 1 << 19;

  /** A number in a key: written in one way only, so that nothing has many keys. */
  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");

  /** Marks a key with the name of a place instead of its number, for use in another process. */
  private static final String NAMED = "@";

  private static final Attributes.Name[] TEXTS = {
    Attributes.Name.SPECIFICATION_TITLE,
    Attributes.Name.SPECIFICATION_VERSION,
    Attributes.Name.SPECIFICATION_VENDOR,
    Attributes.Name.IMPLEMENTATION_TITLE,
    Attributes.Name.IMPLEMENTATION_VERSION,
    Attributes.Name.IMPLEMENTATION_VENDOR
  };

  private static final List<URL> NONE = Collections.emptyList();

  private final List<ClassLoader> loaders;
  private final ClassPaths paths;
  private final PackageChoice choice;
  private final ModulePath modules = new ModulePath();
  private final FilePieces pieces = new FilePieces();

  @GuardedBy("this")
  private final Map<String, Place> byBase = new LinkedHashMap<>();

  /** Written while this is locked, read at any time. */
  private final List<Place> byNumber = new CopyOnWriteArrayList<>();

  /** The place of the first class that was found in a package, by the package's name and a dot. */
  private final Map<String, Place> ofPackage = new ConcurrentHashMap<>();

  private final ChildSubstitutes substitutes;

  Places(
      List<ClassLoader> loaders,
      ClassPaths paths,
      PackageChoice choice,
      ChildSubstitutes substitutes) {
    this.loaders = loaders;
    this.paths = paths;
    this.choice = choice;
    this.substitutes = substitutes;
  }

  /** The place in which a resource was found; null when there are too many places. */
  synchronized Place of(URL url, String resource) {
    String base = Place.base(url, resource);
    Place place = byBase.get(base);
    if (place == null && byNumber.size() < MAX_PLACES) {
      place = Place.of(byNumber.size(), url, resource, modules, paths);
      byBase.put(base, place);
      byNumber.add(place);
    }
    if (place != null) {
      place.remember(resource, url);
    }
    return place;
  }

  /** The URLs that the program's class loaders find for a resource, without those of the JDK. */
  List<URL> find(String resource) throws IOException {
    List<URL> found = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    ClassLoader jdk = ClassLoader.getSystemClassLoader().getParent();
    if (jdk != null) {
      for (Enumeration<URL> urls = jdk.getResources(resource); urls.hasMoreElements(); ) {
        seen.add(urls.nextElement().toString());
      }
    }
    for (ClassLoader loader : loaders) {
      List<URL> listed = new ArrayList<>();
      boolean areAll = paths.of(loader).addUrls(resource, listed);
      ClassLoader asked = areAll ? ClassPath.unlisted(loader) : loader;
      for (URL url : asked == null ? NONE : Collections.list(asked.getResources(resource))) {
        add(url, seen, found);
      }
      for (URL url : areAll ? listed : NONE) {
        add(url, seen, found);
      }
    }
    if (found.isEmpty()) { // it may be in an encapsulated package of a module
      for (URL url : modules.find(resource)) {
        add(url, seen, found);
      }
    }
    return found;
  }

  private static void add(URL url, Set<String> seen, List<URL> found) {
    if (!isJdk(url) && !isFileAsFolder(url) && seen.add(url.toString())) {
      found.add(url);
    }
  }

  /**
   * Whether a URL names a file of a folder with a slash at its end: children see folders as jars,
   * where such a name is found only if it is a folder's.
   */
  private static boolean isFileAsFolder(URL url) {
    try {
      return url.getProtocol().equals("file")
          && url.getPath().endsWith("/")
          && new File(url.toURI()).isFile();
    } catch (URISyntaxException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether a URL is in a module of the JDK; the program's class loader finds some of these. */
  static boolean isJdk(URL url) {
    String path = url.getPath();
    return url.getProtocol().equals("jrt")
        && ModulePath.isJdk(path.substring(path.startsWith("/") ? 1 : 0));
  }

  /**
   * Notes that a class loader found a class, and opens the variant that all versions of Java can
   * use.
   *
   * @return null if that is what the class loader opens itself
   */
  InputStream open(String className, URL url, String file) throws IOException {
    Place place = of(url, file);
    if (place == null) {
      return null;
    }
    ofPackage.putIfAbsent(ResourceKey.packageOf(className), place);
    if (place.isJarFile() && place.versions().isEmpty()) {
      return place.open(file); // the class loader would search once more
    }
    return place.versions().isEmpty() || !place.has(file) ? null : place.open(file);
  }

  /** Notes that the class loader found a class file for which the class path has an entry. */
  void found(URL url, String file, ClassPath.Entry entry) {
    Place place = of(url, file);
    if (place != null) {
      entry.found(file, url, place);
    }
  }

  /** Opens a class's variant for a version of Java; null for none. */
  InputStream openVariant(URL url, String file, int version) throws IOException {
    Place place = of(url, file);
    return place != null && place.variants(file).contains(version)
        ? place.open(Place.variant(file, version))
        : null;
  }

  /** The best variant of a class for a JVM's version; 0 for the one that all versions can use. */
  int variant(String className, int javaVersion) throws IOException {
    Place place = ofPackage.get(ResourceKey.packageOf(className));
    int best = 0;
    if (place != null && !place.versions().isEmpty()) {
      for (int version : place.variants(className.replace('.', '/') + ".class")) {
        best = version <= javaVersion ? version : best;
      }
    }
    return best;
  }

  /** Whether a class came from a jar: then it is a library's, which may look for any resource. */
  boolean isInJar(String className) {
    Place place = ofPackage.get(ResourceKey.packageOf(className));
    return place != null && place.isJar();
  }

  /** The answer for any key but a class's; null for none. */
  byte[] answer(String key) throws IOException {
    if (!ResourceKey.isResource(key)) {
      return describePackage(key);
    }
    String resource = ResourceKey.resource(key);
    if (!resource.isEmpty() && !(ResourceKey.isName(resource) && choice.hasResource(resource))) {
      return null;
    }
    if (key.charAt(0) == ResourceKey.FIND) {
      return locate(resource);
    }
    String[] parts = key.substring(1).split("/", 3);
    Place place = place(parts[0]);
    if (place == null) {
      return null;
    }
    if (parts.length == 2 && parts[1].isEmpty()) {
      return index(place);
    } else if (parts.length == 2 && parts[1].equals(ResourceKey.SIGNERS)) {
      return certificates(place);
    } else if (parts.length < 3) {
      return null;
    } else if (parts[1].equals("*")) {
      return folder(place, resource);
    }
    if (!NUMBER.matcher(parts[1]).matches() || resource.isEmpty() && !choice.isAll()) {
      return null;
    }
    long offset = Long.parseLong(parts[1]);
    return offset % ResourceKey.PIECE == 0 ? pieces.read(place, resource, offset) : null;
  }

  /** The place of a number as it stands in a key; null for none. */
  private Place place(String number) {
    boolean exists = NUMBER.matcher(number).matches() && Long.parseLong(number) < byNumber.size();
    return exists ? byNumber.get(Integer.parseInt(number)) : null;
  }

  /**
   * Replaces the number of a place in a key by the place's name, since numbers are valid in this
   * process only; null for another key.
   */
  String named(String key) {
    int slash = key.indexOf('/');
    Place place = slash < 0 ? null : place(key.substring(1, slash));
    return place == null ? null : key.charAt(0) + NAMED + place.name + key.substring(slash);
  }

  /**
   * Undoes {@link #named}, perhaps in another process; null when no place of that name is known.
   */
  String numbered(String key) {
    int slash = key.indexOf('/');
    for (Place place : byNumber) {
      if (slash > 0 && key.substring(2, slash).equals(place.name)) {
        return key.substring(0, 1) + place.number + key.substring(slash);
      }
    }
    return null;
  }

  /** Whether a key has a place's name instead of its number. */
  static boolean isNamed(String key) {
    return key.startsWith(ResourceKey.PLACE + NAMED);
  }

  private byte[] locate(String asked) throws IOException {
    String resource = substitutes.resource(asked);
    if (resource == null) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    int count = 0;
    int room = MAX_CONTENTS;
    for (URL url : find(resource)) {
      Place place = of(url, resource);
      if (place == null) {
        continue;
      }
      Set<Integer> versions = new LinkedHashSet<>();
      if (place.size(resource) != null) {
        versions.add(0);
      }
      versions.addAll(place.variants(resource));
      count++;
      out.writeInt(place.number);
      out.writeUTF(place.name);
      out.writeShort(versions.size());
      for (int version : versions) {
        String path = Place.variant(resource, version);
        Long size = place.size(path);
        byte[] content = size != null && size >= 0 ? small(place, path, size, room) : null;
        room -= content == null ? 0 : content.length;
        out.writeShort(version);
        out.writeUTF(path);
        out.writeLong(content != null ? content.length : size == null ? -1 : size);
        out.writeLong(place.modified(path));
        out.writeInt(content == null ? -1 : content.length);
        out.write(content == null ? new byte[0] : content);
      }
    }
    byte[] provided = resource.equals(asked) ? provided(resource) : null;
    if (provided != null) {
      count++;
      out.writeInt(MAX_PLACES);
      out.writeUTF("modules");
      out.writeShort(1);
      out.writeShort(0);
      out.writeUTF(resource);
      out.writeLong(provided.length);
      out.writeLong(0);
      out.writeInt(provided.length);
      out.write(provided);
    }
    return count == 0 ? null : counted(count, bytes);
  }

  /** Puts a count, a short, before the bytes that were written. */
  private static byte[] counted(int count, ByteArrayOutputStream written) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(all);
    out.writeShort(count);
    written.writeTo(out);
    return all.toByteArray();
  }

  private byte[] small(Place place, String path, long size, int room) throws IOException {
    if (size > Math.min(ResourceKey.SMALL, room)) {
      return null;
    }
    try (InputStream in = place.open(path)) {
      byte[] content = FilePieces.read(in, ResourceKey.SMALL + 1);
      return content.length > ResourceKey.SMALL ? null : content;
    }
  }

  /** The service providers of modules, as a file in META-INF/services; null for other resources. */
  private byte[] provided(String resource) {
    if (!resource.startsWith(ResourceKey.SERVICES)) {
      return null;
    }
    List<String> providers = modules.providers(resource.substring(ResourceKey.SERVICES.length()));
    return providers.isEmpty()
        ? null
        : (String.join("\n", providers) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private byte[] index(Place place) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    Map<String, Long> index = new LinkedHashMap<>(place.index());
    index.keySet().removeIf(name -> !choice.hasResource(name));
    out.writeInt(index.size());
    for (Map.Entry<String, Long> e : index.entrySet()) {
      out.writeUTF(e.getKey());
      out.writeLong(e.getValue());
    }
    return bytes.toByteArray();
  }

  /** The certificates of a place's signers; null for none. */
  private static byte[] certificates(Place place) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    int count = 0;
    try {
      for (Certificate certificate : place.certificates()) {
        byte[] encoded = certificate.getEncoded();
        out.writeInt(encoded.length);
        out.write(encoded);
        count++;
      }
    } catch (CertificateEncodingException | SecurityException e) {
      return null; // what is not as it was signed has no signer
    }
    return count == 0 ? null : counted(count, bytes);
  }

  /** The small files of a folder; null where there is no such folder. */
  private byte[] folder(Place place, String folder) throws IOException {
    if (!folder.isEmpty() && !folder.endsWith("/")) {
      return null;
    }
    Map<String, byte[]> files = new TreeMap<>();
    boolean exists = false;
    int room = MAX_FOLDER;
    for (Map.Entry<String, Long> e : place.index().entrySet()) {
      String name = e.getKey();
      boolean isInside = name.startsWith(folder);
      exists |= isInside;
      if (isInside
          && name.indexOf('/', folder.length()) < 0
          && choice.hasResource(name)
          && e.getValue() >= 0
          && e.getValue() <= Math.min(room, ResourceKey.SMALL)) {
        byte[] content = small(place, name, e.getValue(), room);
        if (content != null) {
          files.put(name.substring(folder.length()), content);
          room -= content.length;
        }
      }
    }
    if (!exists) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(files.size());
    for (Map.Entry<String, byte[]> e : files.entrySet()) {
      out.writeUTF(e.getKey());
      out.writeInt(e.getValue().length);
      out.write(e.getValue());
    }
    return bytes.toByteArray();
  }

  private byte[] describePackage(String name) throws IOException {
    Place place = ofPackage.get(name);
    if (place == null) {
      return null; // no class of the package was sent
    }
    String folder = name.replace('.', '/');
    folder = folder.equals("/") ? "" : folder;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(place.number);
    out.writeUTF(place.name);
    Manifest manifest = place.manifest();
    out.writeBoolean("true".equalsIgnoreCase(value(manifest, folder, Attributes.Name.SEALED)));
    for (Attributes.Name text : TEXTS) {
      String value = value(manifest, folder, text);
      out.writeBoolean(value != null);
      if (value != null) {
        out.writeUTF(value.length() > 1000 ? value.substring(0, 1000) : value);
      }
    }
    out.writeBoolean(place.isSigned());
    Map<String, Set<Integer>> variants = new TreeMap<>();
    for (int version : place.versions()) {
      for (String simple : classes(place, Place.variant(folder, version))) {
        variants.computeIfAbsent(simple, any -> new LinkedHashSet<>()).add(version);
      }
    }
    out.writeShort(variants.size());
    for (Map.Entry<String, Set<Integer>> e : variants.entrySet()) {
      out.writeUTF(e.getKey());
      out.writeShort(e.getValue().size());
      for (int version : e.getValue()) {
        out.writeShort(version);
      }
    }
    new PackagePlaces(loaders, paths, this).writeOthers(out, place, folder);
    return bytes.toByteArray();
  }

  /** The simple names of the classes in a folder of a place. */
  static List<String> classes(Place place, String folder) throws IOException {
    List<String> names = new ArrayList<>();
    for (String file : place.index().keySet()) {
      if (file.startsWith(folder)
          && file.endsWith(".class")
          && file.indexOf('/', folder.length()) < 0) {
        names.add(file.substring(folder.length(), file.length() - ".class".length()));
      }
    }
    return names;
  }

  /**
   * The names of a package's classes in the place where its first class was found, in the order of
   * the place.
   */
  List<String> inPackage(String name) {
    Place place = ofPackage.get(name);
    List<String> names = new ArrayList<>();
    if (place != null && !name.isEmpty()) {
      try {
        for (String simple : classes(place, name.replace('.', '/'))) {
          names.add(name + simple);
        }
      } catch (IOException e) {
        names.clear(); // then no further class is sent
      }
    }
    return names;
  }

  private static String value(Manifest manifest, String folder, Attributes.Name name) {
    if (manifest == null) {
      return null;
    }
    Attributes own = folder.isEmpty() ? null : manifest.getAttributes(folder);
    String value = own == null ? null : own.getValue(name);
    return value == null ? manifest.getMainAttributes().getValue(name) : value;
  }
}
