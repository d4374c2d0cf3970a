package org.mitogen4j.internal.context.classes;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Encoder;
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

  private static final int MAX_PART = 1 << 26;

  /** The most blocks that are unpacked before they are needed. */
  private static final int MOST_FIRST = 8;

  /** How long a class is waited for that may come without a question, in milliseconds. */
  private static final long MAX_COMING_MILLIS = 1000;

  /** How long it is waited for after any class came, in milliseconds. */
  private static final long MAX_GAP_MILLIS = 500;

  /** How often it is looked whether a class came that was in no block, in milliseconds. */
  private static final long LOOK_MILLIS = 10;

  /**
   * Names of the classes that this context has loaded from blocks or with its {@code
   * ProgramLoader}.
   */
  public final Set<String> used = ConcurrentHashMap.newKeySet();

  /**
   * Keys of classes and resources that code here looked for without asking the parent: of those
   * that do not exist, as was known, and of files of classes that came whole.
   */
  public final Set<String> missed = ConcurrentHashMap.newKeySet();

  private final ClassCache classes;

  /** Notified when a block came; held for that only. */
  private final Object arrival = new Object();

  private long lastArrival = System.nanoTime(); // guarded by arrival

  /** What blocks contain, by their key. */
  private final Map<Long, Content> contents = new ConcurrentHashMap<>();

  /** The blocks that came first, to be unpacked before they are needed; guarded by itself. */
  private final ArrayDeque<byte[]> first = new ArrayDeque<>();

  /** The number of blocks that may still become {@link #first} ones. */
  private int firstLeft; // guarded by first

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

  public ClassBlocks(ClassCache classes) {
    this.classes = classes;
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
   * such a message only has the kernel make the access to the program.
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
      keep(d.bytes());
    }
  }

  /** Keeps a block, and nothing when there are no bytes. On a reading thread. */
  public void keep(byte[] block) {
    if (isBlock(block)) {
      classes.keep(name(block), block);
      for (String name : names(block, classes.dictionary)) {
        classes.keep(name, block);
      }
      synchronized (first) {
        if (firstLeft > 0) {
          firstLeft--;
          first.add(block);
        }
      }
      arrived();
    }
  }

  /** Keeps the blocks that come from now on for {@link #unpackFirst}. */
  public void awaitFirst() {
    synchronized (first) {
      firstLeft = MOST_FIRST;
    }
  }

  /**
   * Unpacks the blocks that came first, on a thread beside the one that is going to need them: in a
   * JVM that has just started that takes milliseconds. Does not wait for further ones.
   */
  public void unpackFirst() {
    for (byte[] block = takeFirst(); block != null; block = takeFirst()) {
      try {
        content(block).of(block, classes.dictionary);
      } catch (IOException | IndexOutOfBoundsException e) {
        // where a class of it is needed, the same exception says so
      }
    }
  }

  private byte[] takeFirst() {
    synchronized (first) {
      firstLeft = first.isEmpty() ? 0 : firstLeft;
      return first.poll();
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
    Inflater inflater = new Inflater(true);
    try {
      return names(block, open(block, dictionary, inflater));
    } catch (IOException e) {
      throw new IllegalArgumentException("a block that can't be read: " + e, e);
    } finally {
      inflater.end();
    }
  }

  private static String[] names(byte[] block, DataInputStream in) throws IOException {
    byte[] names = new byte[Header.getInt(block, HEAD - 4)];
    in.readFully(names);
    return new String(names, StandardCharsets.UTF_8).split("/");
  }

  private static DataInputStream open(byte[] block, byte[] dictionary, Inflater inflater) {
    inflater.setDictionary(dictionary);
    return new DataInputStream(
        new InflaterInputStream(
            new ByteArrayInputStream(block, HEAD, block.length - HEAD), inflater, 1 << 13));
  }

  private byte[] classFile(String className, byte[] block) throws IOException {
    Map<String, byte[]> files = content(block).of(block, classes.dictionary);
    used.add(className);
    return files.get(className);
  }

  /** The class files in a block, by their names with dots. */
  public static Map<String, byte[]> unpack(byte[] block, byte[] dictionary) throws IOException {
    Inflater inflater = new Inflater(true);
    try {
      DataInputStream in = open(block, dictionary, inflater);
      String[] names = names(block, in);
      BlockPart[] parts = new BlockPart[PARTS];
      for (int i = 0; i < PARTS; i++) {
        int size = in.readInt();
        if (size < 0 || size > MAX_PART) {
          throw new IOException("a part of " + size + " bytes");
        }
        byte[] part = new byte[size];
        in.readFully(part);
        parts[i] = new BlockPart(part);
      }
      Map<String, byte[]> files = new HashMap<>();
      List<byte[]> texts = new ArrayList<>();
      for (String name : names) {
        files.put(name, classFile(parts, texts));
      }
      return files;
    } finally {
      inflater.end();
    }
  }

  private static byte[] classFile(BlockPart[] parts, List<byte[]> texts) throws IOException {
    Encoder file = new Encoder(null, true);
    u2(file, 0xCAFE);
    u2(file, 0xBABE);
    BlockPart tags = parts[TAGS];
    tags.copy(4, file); // the version
    int constants = tags.u2();
    u2(file, constants);
    int code = 0;
    int lines = 0;
    for (int i = 1; i < constants; i++) {
      int tag = tags.u1();
      file.u8(tag);
      if (tag == 1) {
        byte[] text = text(parts, texts);
        if (code == 0 && LineTables.isCode(text, 0, text.length)) {
          code = i;
        } else if (lines == 0 && LineTables.isLines(text, 0, text.length)) {
          lines = i;
        }
        u2(file, text.length);
        file.raw(text, 0, text.length);
      } else if (tag == 3 || tag == 4) {
        parts[NUMBERS].copy(4, file);
      } else if (tag == 5 || tag == 6) {
        parts[NUMBERS].copy(8, file);
        i++;
      } else {
        parts[FIRSTS].copy(tag == 15 ? 1 : 2, file);
        if (tag >= 9 && tag != 16 && tag < 19) {
          parts[SECONDS].copy(2, file);
        }
      }
    }
    int body = file.len - Header.SIZE;
    parts[BODIES].copy(parts[REFERENCES].varint(), file);
    byte[] bytes = Arrays.copyOfRange(file.buf, Header.SIZE, file.len);
    new LineTables(bytes, body, code, lines).toNumbers();
    return bytes;
  }

  private static void u2(Encoder file, int value) {
    file.u8(value >> 8);
    file.u8(value);
  }

  private static byte[] text(BlockPart[] parts, List<byte[]> texts) throws IOException {
    int back = parts[REFERENCES].varint();
    if (back != NEW_TEXT) {
      return texts.get(texts.size() - back);
    }
    byte[] text = parts[TEXTS].upToZero();
    texts.add(text);
    return text;
  }
}
