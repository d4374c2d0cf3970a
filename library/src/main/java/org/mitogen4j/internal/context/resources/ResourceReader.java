package org.mitogen4j.internal.context.resources;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mitogen4j.internal.context.bounds.RateLimit;
import org.mitogen4j.internal.context.classes.BoundedCache;
import org.mitogen4j.internal.context.classes.Contents;
import org.mitogen4j.internal.context.classes.ResourceKey;
import org.mitogen4j.internal.context.program.ProgramSource;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.DeadException;
import org.mitogen4j.internal.kernel.MessageRouter;

/** Asks the parent for resources, and keeps its answers. */
final class ResourceReader {
  private static final String CLASS = ".class";
  private static final int MAX_KEPT = 10_000;

  /** Bytes of the names of missing resources that are remembered. */
  private static final long MAX_MISSING = 1 << 20;

  /**
   * How long a resource that was looked for and is nowhere is not looked for again: files may be
   * added to the program's folders.
   */
  private static final long MISSING_NANOS = 5_000_000_000L;

  /** What is known of one resource takes in memory besides its content, in bytes. */
  private static final int FOUND_COST = 200;

  private final MessageRouter router;
  private final ClassCache classes;
  private final Contents kept;
  private final int javaVersion;

  /** Keys of what code here looked for without a question; the parent is told when it asks. */
  private final Set<String> missed;

  /** The names of the whole program as they were last used; null before. */
  private volatile Names names;

  private final BoundedCache<List<Found>> byName;

  /** When a resource was looked for and was nowhere, by name, as System.nanoTime. */
  private final BoundedCache<Long> missing = new Times(MAX_MISSING);

  /** Allows questions for resources of which the names of the program say that they are absent. */
  private final RateLimit questions = new RateLimit(MISSING_NANOS);

  /** The cache's map of absent names when the first of those was looked for. */
  private volatile Object missingOf;

  /** The resources that were found, by the number of the place, a slash, and the name there. */
  private final Map<String, Found> byPlace = new ConcurrentHashMap<>();

  /** For each place the sizes of its files by name, -1 for folders. */
  private final Map<Integer, Map<String, Long>> indexes = new ConcurrentHashMap<>();

  private final Map<Integer, MemoryJar> jars = new ConcurrentHashMap<>();

  /** Folders of which one file was read: the next one that is read brings all their small files. */
  private final Set<String> begun = ConcurrentHashMap.newKeySet();

  /** The names of the whole program. */
  private static final class Names {
    /** What came: once the cache has other bytes or none, these names do not count any more. */
    final byte[] packed;

    final NameFilter filter;

    Names(byte[] packed, NameFilter filter) {
      this.packed = packed;
      this.filter = filter;
    }
  }

  /** The places of resources. */
  private static final class Places extends BoundedCache<List<Found>> {
    Places(long maxBytes) {
      super(maxBytes);
    }

    @Override
    protected long size(List<Found> found) {
      long size = 0;
      for (Found one : found) {
        size += FOUND_COST + (one.content == null ? 0 : one.content.length);
      }
      return size;
    }
  }

  /** Points in time. */
  private static final class Times extends BoundedCache<Long> {
    Times(long maxBytes) {
      super(maxBytes);
    }

    @Override
    protected long size(Long time) {
      return Long.BYTES;
    }
  }

  ResourceReader(MessageRouter router, int javaVersion) {
    this.router = router;
    this.javaVersion = javaVersion;
    classes = router.classes;
    ProgramSource program = ProgramSource.of(router);
    kept = program.contents;
    byName = new Places(program.cacheLimit() / 4);
    missed = program.blocks.missed;
  }

  /** Whether it is known, without asking the parent, that there is no such class. */
  boolean hasNoClass(String className) {
    if (classes.kept(className) != null) {
      return false;
    }
    String key = ResourceKey.absentClass(className);
    if (classes.kept(key) != null) {
      miss(key); // so that the parent learns it from one more child
      return true;
    }
    return hasNone(className.replace('.', '/') + ".class", key);
  }

  /** Notes for the parent that code here looked for something, without asking. */
  private void miss(String key) {
    if (missed.size() < MAX_KEPT) {
      missed.add(key);
    }
  }

  /**
   * Whether the names of the program lack a name; if so, notes it for the parent.
   *
   * @param key the key that the parent is told of later
   */
  private boolean hasNone(String name, String key) {
    NameFilter known = names();
    if (known == null || known.mayHave(name)) {
      return false;
    }
    miss(key);
    return true;
  }

  /** The names of the whole program; null where the parent did not send them, or took them back. */
  private NameFilter names() {
    byte[] packed = classes.kept(ResourceKey.NAMES);
    Names known = names;
    if (packed == null) {
      names = null;
      return null;
    } else if (known == null || known.packed != packed) {
      try {
        known = new Names(packed, new NameFilter(PieceRequest.unpack(classes, packed)));
      } catch (IOException unreadable) {
        return null; // the parent is asked for each name
      }
      names = known;
    }
    return known.filter;
  }

  /** All places that have a resource, in the order of the program's class path. */
  List<Found> find(String name) {
    if (!name.isEmpty() && !ResourceKey.isName(name)) {
      return inFolders(name);
    }
    List<Found> found = byName.get(name);
    if (found == null) {
      if (missingOf != classes.absent) { // what was missing may be there now
        missingOf = classes.absent;
        missing.clear();
      }
      Long since = missing.get(name);
      long now = System.nanoTime();
      if (since != null && now - since < MISSING_NANOS) {
        return Collections.emptyList();
      }
      if (isListedAbsent(name) && (since == null || !questions.allows(now))) {
        if (since == null) {
          missing.put(name, now);
        }
        return Collections.emptyList();
      }
      boolean isTold = classes.kept(ResourceKey.find(name)) != null;
      found = since == null ? ask(name) : askAgain(name);
      if (isTold) {
        miss(ResourceKey.find(name)); // so that the parent learns it from one more child
      }
      if (found.isEmpty()) {
        missing.put(name, System.nanoTime());
        return found;
      }
      for (Found one : found) {
        byPlace.put(one.place + "/" + one.path, one);
      }
      for (List<Found> dropped : byName.put(name, found).values()) {
        for (Found one : dropped) {
          byPlace.remove(one.place + "/" + one.path);
        }
      }
    }
    return found;
  }

  /**
   * What a name with {@code .}, {@code ..} or an empty part leads to in folders, where the file
   * system finds it; a jar has no such name.
   */
  private List<Found> inFolders(String name) {
    List<Found> found = new ArrayList<>();
    ArrayDeque<String> parts = new ArrayDeque<>();
    for (String part : name.split("/", -1)) {
      if (part.equals("..") && parts.pollLast() == null) {
        return found; // nothing: it leads outside of all folders
      } else if (!part.isEmpty() && !part.equals(".") && !part.equals("..")) {
        parts.addLast(part);
      }
    }
    boolean isFolder = name.endsWith("/") || name.endsWith("/.") || name.endsWith("..");
    String plain = String.join("/", parts) + (isFolder && !parts.isEmpty() ? "/" : "");
    boolean isName = plain.isEmpty() || ResourceKey.isName(plain);
    for (Found one :
        name.startsWith("/") || !isName ? Collections.<Found>emptyList() : find(plain)) {
      if (!ProgramUrls.isJar(one.placeName)) {
        found.add(one);
      }
    }
    return found;
  }

  private List<Found> ask(String name) {
    byte[] answer = classes.apply(ResourceKey.find(name));
    return answer == null ? Collections.emptyList() : Found.read(answer, javaVersion);
  }

  /**
   * Whether this context has the list of all names of the program, and the name is not in it. When
   * the program gets more names, the parent orders this context to forget absent ones, but looks
   * for them only when a function is called or a question comes.
   */
  private boolean isListedAbsent(String name) {
    String key = ResourceKey.find(name);
    return !name.isEmpty() && classes.kept(key) == null && hasNone(name, key);
  }

  /** Asks the parent whatever it told before. */
  private List<Found> askAgain(String name) {
    if (router.parent == null) {
      return Collections.emptyList(); // it has detached
    }
    String key = ResourceKey.find(name);
    try {
      PieceRequest request = new PieceRequest(router, kept, key);
      request.send();
      byte[] packed = request.await();
      classes.keep(key, packed);
      return Found.read(PieceRequest.unpack(classes, packed), javaVersion);
    } catch (FileNotFoundException none) {
      return Collections.emptyList();
    } catch (DeadException lost) {
      throw new Error(lost); // as ClassCache.ask does
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(name, unreadable);
    }
  }

  /** A file in a place; asks the parent for the place's index if the file is not known. */
  Found at(int place, String placeName, String path) throws IOException {
    Found found = byPlace.get(place + "/" + path);
    if (found == null) {
      Long size = index(place).get(path);
      if (size == null) {
        size = index(place).get(path + "/");
      }
      if (size == null) {
        throw ProgramLoader.missing(path);
      }
      found = new Found(place, placeName, path, size, 0, null);
    }
    return found;
  }

  /** The sizes of all files of a place by name, -1 for folders. */
  Map<String, Long> index(int place) throws IOException {
    Map<String, Long> index = indexes.get(place);
    if (index == null) {
      Map<String, Long> read = new LinkedHashMap<>();
      try (DataInputStream in =
          new DataInputStream(new ByteArrayInputStream(content(ResourceKey.index(place))))) {
        for (int n = in.readInt(); n > 0; n--) {
          String name = in.readUTF();
          read.put(name, in.readLong());
        }
      }
      index = Collections.unmodifiableMap(read);
      indexes.put(place, index);
    }
    return index;
  }

  /** The certificates of a place's signers; null for none. */
  Certificate[] certificates(int place) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(content(ResourceKey.signers(place))))) {
      Certificate[] all = new Certificate[in.readUnsignedShort()];
      for (int i = 0; i < all.length; i++) {
        byte[] encoded = new byte[in.readInt()];
        in.readFully(encoded);
        all[i] = certificates().generateCertificate(new ByteArrayInputStream(encoded));
      }
      return all;
    } catch (FileNotFoundException | CertificateException none) {
      return null;
    }
  }

  /** The JDK's own: any other provider may be what is just being loaded. */
  private static CertificateFactory certificates() throws CertificateException {
    Provider own = Security.getProvider("SUN");
    return own == null
        ? CertificateFactory.getInstance("X.509")
        : CertificateFactory.getInstance("X.509", own);
  }

  /** A place as a JarFile: one object for each place. */
  MemoryJar jar(int place, String placeName) throws IOException {
    MemoryJar jar = jars.get(place);
    if (jar == null) {
      jar = new MemoryJar(this, place, placeName);
      MemoryJar other = jars.putIfAbsent(place, jar);
      jar = other == null ? jar : other;
    }
    return jar;
  }

  /** The content of a file; for a folder the names of its files, one a line. */
  InputStream open(Found file) throws IOException {
    if (file.content != null) {
      return new ByteArrayInputStream(file.content);
    } else if (file.isFolder()) {
      return new ByteArrayInputStream(listing(file));
    }
    byte[] here = kept.get(file.place + "/" + file.path);
    byte[] inClass = here == null ? ofClass(file) : null;
    if (here == null && file.size <= ResourceKey.SMALL && indexes.containsKey(file.place)) {
      String folder = file.path.substring(0, file.path.lastIndexOf('/') + 1);
      String all = ResourceKey.folder(file.place, folder);
      boolean takesAll = !begun.add(file.place + "/" + folder) || kept(all) != null;
      if (inClass != null) {
        miss(takesAll ? all : ResourceKey.piece(file.place, 0, file.path));
      } else if (takesAll) {
        here = folder(file.place, folder).get(file.path.substring(folder.length()));
      }
    } else if (inClass != null) {
      miss(ResourceKey.piece(file.place, 0, file.path));
    }
    here = inClass != null ? inClass : here;
    return here != null
        ? new ByteArrayInputStream(here)
        : new PieceStream(router, kept, file.place, file.path, file.size);
  }

  /** The bytes of a place as a jar. */
  InputStream openPlace(int place) {
    return new PieceStream(router, kept, place, "", Long.MAX_VALUE);
  }

  /**
   * The content of a class's file where the class came with all of it, as in a whole jar. Another
   * child may get that class in a block, so the parent is told that code reads the file.
   */
  private byte[] ofClass(Found file) {
    if (!file.path.endsWith(CLASS)) {
      return null;
    }
    String name = file.path.substring(0, file.path.length() - CLASS.length()).replace('/', '.');
    List<Found> places = byName.get(file.path);
    boolean first = places == null || places.get(0).place == file.place;
    byte[] bytes = first && classes.kept(name) != null ? classes.apply(name) : null;
    return bytes != null && bytes.length == file.size ? bytes : null; // else tables were removed
  }

  /**
   * A class file that was read as a resource, as scanners of class paths do, so that it need not
   * come once more as a class; null where it was not read, or is not here any more.
   */
  byte[] classFile(String className, int place) {
    String path = className.replace('.', '/') + CLASS;
    Found found = byPlace.get(place + "/" + path);
    byte[] content = found == null ? null : found.content;
    if (content == null) {
      content = kept.get(place + "/" + path);
    }
    byte[] packed = content == null ? kept.get(ResourceKey.piece(place, 0, path)) : null;
    if (packed != null) {
      try {
        byte[] piece = PieceRequest.unpack(classes, packed);
        content = piece.length < ResourceKey.PIECE ? piece : null; // else there are more pieces
      } catch (IOException unreadable) {
        return null; // the parent is asked for the class
      }
    }
    return content;
  }

  private Map<String, byte[]> folder(int place, String folder) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(content(ResourceKey.folder(place, folder))))) {
      for (int n = in.readInt(); n > 0; n--) {
        String name = in.readUTF();
        byte[] content = new byte[in.readInt()];
        in.readFully(content);
        files.put(name, content);
        kept.put(place + "/" + folder + name, content);
      }
    }
    return files;
  }

  private byte[] listing(Found folder) throws IOException {
    String prefix =
        folder.path.isEmpty() || folder.path.endsWith("/") ? folder.path : folder.path + "/";
    Set<String> names = new java.util.TreeSet<>();
    for (String name : index(folder.place).keySet()) {
      if (name.startsWith(prefix) && name.length() > prefix.length()) {
        int slash = name.indexOf('/', prefix.length());
        names.add(name.substring(prefix.length(), slash < 0 ? name.length() : slash));
      }
    }
    StringBuilder lines = new StringBuilder();
    for (String name : names) {
      lines.append(name).append('\n');
    }
    return lines.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  private byte[] kept(String key) {
    byte[] packed = kept.get(key);
    return packed == null ? classes.kept(key) : packed;
  }

  private byte[] content(String key) throws IOException {
    byte[] packed = kept(key);
    try {
      if (packed == null) {
        PieceRequest request = new PieceRequest(router, kept, key);
        request.send();
        packed = request.await();
      }
    } catch (DeadException lost) {
      throw new IOException("can't read a resource: " + lost.getMessage(), lost);
    }
    return PieceRequest.unpack(classes, packed);
  }
}
