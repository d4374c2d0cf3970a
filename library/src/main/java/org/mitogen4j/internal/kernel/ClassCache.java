package org.mitogen4j.internal.kernel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.Inflater;

/**
 * The class files that came from the parent, kept for this context and its children; asks the
 * parent for missing ones. A single class is an int (its inflated size) and a deflate stream, whose
 * dictionary is the kernel image, which every context has. Several classes that are sent together
 * are a block, whose first byte is not 0; docs/PROTOCOL.md has its format.
 */
public final class ClassCache extends Handler {
  /** The kernel image as it travels: deflated. */
  public final byte[] image;

  /** The inflated image: the dictionary. Deflate would use only its last 32 KiB. */
  public final byte[] dictionary;

  /**
   * What the parent sent, packed: by the name of each class its own bytes or the block that it is
   * in, and each block by the block's name. Below the master the access to the program replaces
   * this map by a {@code PackedCache}, which drops what was used least recently.
   */
  public volatile Map<String, byte[]> kept = new ConcurrentHashMap<>();

  /**
   * Names of classes that the parent reported absent. Replaced by an empty map when the parent
   * takes its reports back.
   */
  public volatile Map<String, byte[]> absent = new ConcurrentHashMap<>();

  /** The latest pending request for each name that is being asked for. */
  private final Map<String, BlockingRequest> asked = new ConcurrentHashMap<>();

  MessageRouter router;

  public ClassCache(byte[] deflated, byte[] raw) {
    image = deflated;
    dictionary = raw;
  }

  /** The bytes in which a class came, packed; null when it is not here. */
  public byte[] kept(String name) {
    return kept.get(name);
  }

  /**
   * Keeps the bytes in which a class came: its own, or a block. Does nothing when there are no
   * bytes. An empty name means that classes may exist by now that were reported absent. If it has
   * bytes, they are kept: they tell a {@code PackedCache} that is made later.
   */
  public void keep(String name, byte[] packed) {
    if (name.isEmpty()) {
      absent = new ConcurrentHashMap<>();
    }
    if (packed.length > 0) {
      kept.put(name, packed);
      BlockingRequest question = asked.get(name);
      if (question != null) {
        // a waiting thread may hold a lock that the reading thread needs before the answer comes
        question.end(null);
      }
    }
  }

  /** Takes a class that a parent sent. */
  @Override
  public void receive(Message message) {
    Decoder d = new Decoder(router, message);
    keep(d.text(), d.bytes());
  }

  /** The class file of a class, from here or from the parent; null where the parent has none. */
  public byte[] apply(String name) {
    byte[] packed = ask(name);
    if (packed == null) {
      return null;
    }
    if (packed[0] != 0) {
      return (byte[]) router.program().apply(name, packed);
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setDictionary(dictionary);
      inflater.setInput(packed, 4, packed.length - 4);
      byte[] classFile = new byte[Header.getInt(packed, 0)];
      inflater.inflate(classFile);
      return classFile;
    } catch (java.util.zip.DataFormatException e) {
      throw new Error(name, e);
    } finally {
      inflater.end();
    }
  }

  /** The packed bytes of a class, from here or from the parent; null where the parent has none. */
  public byte[] ask(String name) {
    Map<String, byte[]> none =
        absent; // the map as of now: if it is replaced meanwhile, the answer may be out of date
    byte[] packed = kept(name);
    if (packed != null
        || none.containsKey(name)
        || router.parent == null
        || name.startsWith("java.")) {
      return packed;
    }
    Encoder e = new Encoder(router, true);
    e.text(name);
    BlockingRequest question = new BlockingRequest(router);
    asked.put(name, question);
    try {
      if (kept(name) == null) {
        Message answer = question.ask(Handle.CLASS, e);
        if (answer != null) {
          packed = new Decoder(router, answer).bytes();
          keep(name, packed);
          if (packed.length == 0) { // there is none, and it is not asked for again
            none.put(name, packed);
            packed = kept(name); // unless it came meanwhile
          }
          return packed;
        }
      }
    } catch (DeadException lost) {
      // not a LinkageError: the JVM would throw the same one at each later use of the class
      throw new Error("can't load " + name + ": " + lost.getMessage(), lost);
    } finally {
      asked.remove(name, question);
    }
    return ask(name); // it came while this thread was about to wait: once more if it was dropped
  }
}
