package org.mitogen4j.internal.context.classes;

import java.io.EOFException;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Header;
import org.mitogen4j.internal.kernel.Message;

/**
 * Receives blocks of several classes, and unpacks class files from them; docs/PROTOCOL.md has the
 * format. A block is unpacked when the first of its classes is needed. The unpacked class files are
 * kept while there is memory.
 */
public final class ClassBlocks extends Handler {
  /** The first byte of a block; that of a single class is 0. */
  public static final int MARK = 1;

  /** Bytes ahead of the deflate stream: the mark, the key, and the size of the names. */
  public static final int HEAD = 13;

  // a reference to a text of a constant pool: this for a new text, else how many texts ago it came
  public static final int NEW_TEXT = 0;

  // the parts of an unpacked block
  public static final int TEXTS = 0;
  public static final int REFERENCES = 1;
  public static final int TAGS = 2;
  public static final int NUMBERS = 3;
  public static final int FIRSTS = 4;
  public static final int SECONDS = 5;
  public static final int BODIES = 6;
  public static final int PARTS = 7;

  /** The most bytes of a part, and of a class file. */
  static final int MAX_PART = 1 << 26;

  /** How long a class is waited for that may come without a question, in milliseconds. */
  private static final long MAX_COMING_MILLIS = 1000;

  /** How long it is waited for after any class came, in milliseconds. */
  private static final long MAX_GAP_MILLIS = 500;

  /** How often it is looked whether a class came that was in no block, in milliseconds. */
  private static final long LOOK_MILLIS = 10;

  /**
   * Names of the classes that this context has loaded from blocks or with its {@code
   * ProgramLoader}, in the order in which later contexts are sent them. Thread safe.
   */
  public final Set<String> used = Collections.synchronizedSet(new LinkedHashSet<>());

  /**
   * Keys of classes and resources that code here looked for without asking the parent: of those
   * that do not exist, as was known, and of files of classes that came whole.
   */
  public final Set<String> missed = ConcurrentHashMap.newKeySet();

  private final ClassCache classes;

  /** Gets what the constructor says; null for nobody. */
  private final Consumer<byte[]> received;

  /** Notified when a block came; held for that only. */
  private final Object arrival = new Object();

  private long lastArrival = System.nanoTime(); // guarded by arrival

  /** What blocks contain, by their key. */
  private final Map<Long, Content> contents = new ConcurrentHashMap<>();

  /** The class files of a block, which guard themselves. */
  private static final class Content {
    private SoftReference<Map<String, byte[]>> files = new SoftReference<>(null);

    /** Unpacks the block, unless that was done. */
    synchronized Map<String, byte[]> of(byte[] block, byte[] dictionary) throws IOException {
      Map<String, byte[]> all = files.get();
      if (all == null) {
        all = unpack(block, dictionary);
        files = new SoftReference<>(all);
      }
      return all;
    }
  }

  /**
   * Has no blocks yet.
   *
   * @param received gets each block that came for this context, and an empty one for each message
   *     without a block; null for nobody. On a reading thread
   */
  public ClassBlocks(ClassCache classes, Consumer<byte[]> received) {
    this.classes = classes;
    this.received = received;
  }

  /** The name of a block: a slash, which no class name has, and its key. */
  public static String name(byte[] block) {
    return "/" + Header.getLong(block, 1);
  }

  /** Whether these bytes are those of a block. */
  public static boolean isBlock(byte[] packed) {
    return packed.length > HEAD && packed[0] == MARK;
  }

  /**
   * A block that a parent sent, or several single classes or answers; nothing if it has no name:
   * such a message has the kernel make the access to the program, and this load classes ahead.
   */
  @Override
  public void receive(Message m) {
    Decoder d = new Decoder(null, m);
    if (d.text().equals(ResourceKey.CLASSES)) {
      while (d.left() > 0) {
        classes.keep(d.text(), d.bytes());
      }
      arrived();
    } else {
      byte[] block = d.bytes();
      keep(block);
      if (received != null && (block.length == 0 || isBlock(block))) {
        received.accept(block);
      }
    }
  }

  /** Keeps a block, and nothing when there are no bytes. On a reading thread. */
  public void keep(byte[] block) {
    if (isBlock(block)) {
      classes.keep(name(block), block);
      for (String name : names(block, classes.dictionary)) {
        classes.keep(name, block);
      }
      arrived();
    }
  }

  /** Unpacks a block before a class of it is needed. */
  public void unpackAhead(byte[] block) {
    try {
      content(block).of(block, classes.dictionary);
    } catch (IOException | IndexOutOfBoundsException e) {
      // where a class of it is needed, the same exception says so
    }
  }

  private Content content(byte[] block) {
    long key = Header.getLong(block, 1);
    Content made = contents.get(key);
    if (made == null) {
      Content other = contents.putIfAbsent(key, made = new Content());
      made = other == null ? made : other;
      if (classes.kept(name(block)) == null) {
        contents.remove(key); // the block was dropped meanwhile: nobody would forget this
      }
    }
    return made;
  }

  /** Wakes threads that wait for a class to come. On a reading thread. */
  private void arrived() {
    synchronized (arrival) {
      lastArrival = System.nanoTime();
      arrival.notifyAll();
    }
  }

  /**
   * Waits for a class while the parent sends classes that it finds for a call: a question would
   * overtake these, and cost a round trip. Ends when the parent says that no more are coming, or
   * sends none for a while. Not on a reading thread.
   */
  public void awaitComing(String className) {
    if (classes.kept(className) != null || !isComing()) {
      return;
    }
    long begin = System.nanoTime();
    long end = begin + TimeUnit.MILLISECONDS.toNanos(MAX_COMING_MILLIS);
    long gap = TimeUnit.MILLISECONDS.toNanos(MAX_GAP_MILLIS);
    boolean interrupted = false;
    synchronized (arrival) {
      while (classes.kept(className) == null
          && isComing()
          && System.nanoTime() - end < 0
          && System.nanoTime() - Math.max(begin, lastArrival) < gap) {
        try {
          arrival.wait(LOOK_MILLIS);
        } catch (InterruptedException e) {
          interrupted = true; // as while a question waits for its answer
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isComing() {
    byte[] coming = classes.kept(ResourceKey.COMING);
    return coming != null && coming[0] == ResourceKey.IS_COMING;
  }

  /** Drops what was unpacked of a block that is not kept any more. */
  void forget(byte[] block) {
    contents.remove(Header.getLong(block, 1));
  }

  /** Unpacks a class file from the block in which the class came. */
  public byte[] unpack(String className, byte[] block) {
    try {
      return classFile(className, block);
    } catch (IOException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("a block with the class " + className + ": " + e, e);
    }
  }

  /** The names of the classes in a block. */
  public static String[] names(byte[] block, byte[] dictionary) {
    Inflater inflater = open(block, dictionary);
    try {
      return names(block, inflater);
    } catch (IOException e) {
      throw new IllegalArgumentException("a block that can't be read: " + e, e);
    } finally {
      inflater.end();
    }
  }

  private static String[] names(byte[] block, Inflater inflater) throws IOException {
    byte[] names = inflate(inflater, Header.getInt(block, HEAD - 4));
    return new String(names, StandardCharsets.UTF_8).split("/");
  }

  private static Inflater open(byte[] block, byte[] dictionary) {
    Inflater inflater = new Inflater(true);
    inflater.setDictionary(dictionary);
    inflater.setInput(block, HEAD, block.length - HEAD);
    return inflater;
  }

  /** Inflates the next bytes of a block; without streams, which a JVM would have to load first. */
  static byte[] inflate(Inflater inflater, int length) throws IOException {
    if (length < 0 || length > MAX_PART) {
      throw new IOException("a part of " + length + " bytes");
    }
    byte[] bytes = new byte[length];
    try {
      for (int read = 0, n; read < length; read += n) {
        n = inflater.inflate(bytes, read, length - read);
        if (n == 0) {
          throw new EOFException("a block that ends early");
        }
      }
    } catch (DataFormatException e) {
      throw new IOException("a block that can't be inflated: " + e.getMessage(), e);
    }
    return bytes;
  }

  private byte[] classFile(String className, byte[] block) throws IOException {
    Map<String, byte[]> files = content(block).of(block, classes.dictionary);
    used.add(className);
    return files.get(className);
  }

  /** The class files in a block, by their names with dots. */
  public static Map<String, byte[]> unpack(byte[] block, byte[] dictionary) throws IOException {
    Inflater inflater = open(block, dictionary);
    try {
      String[] names = names(block, inflater);
      BlockUnpacker unpacker = new BlockUnpacker(inflater);
      Map<String, byte[]> files = new HashMap<>();
      for (String name : names) {
        files.put(name, unpacker.next());
      }
      return files;
    } finally {
      inflater.end();
    }
  }
}
