package org.mitogen4j.internal.kernel;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.Inflater;

/**
 * The class files that came from the parent, kept for this context's children; and what asks for
 * more. They travel and are kept deflated, with the kernel image (which every context has) as the
 * dictionary, behind an int: the size they inflate to. Many that travel together are in a block,
 * which begins with a byte that is not 0; docs/PROTOCOL.md has its format.
 */
public final class ClassCache extends Handler {
  /** The kernel image as it travels: deflated. */
  public final byte[] image;

  /** The image, inflated. Of one above 32 KiB only the end would serve. */
  public final byte[] dictionary;

  /** What each class came in, and blocks by their own names. */
  private final Map<String, byte[]> kept = new ConcurrentHashMap<>();

  /**
   * Names of classes that the parent reported absent. Replaced by another map when the parent takes
   * its reports back.
   */
  public volatile Map<String, byte[]> absent = new ConcurrentHashMap<>();

  /** What is being asked for, and was last asked by. */
  private final Map<String, BlockingRequest> asked = new ConcurrentHashMap<>();

  MessageRouter router;

  public ClassCache(byte[] deflated, byte[] raw) {
    image = deflated;
    dictionary = raw;
  }

  /** A class as it travels; null when it is not here. */
  public byte[] kept(String name) {
    return kept.get(name);
  }

  /**
   * Keeps a class by what it came in, by itself or a block; nothing when there are no bytes.
   * Without a name: there may be more classes than there were.
   */
  public void keep(String name, byte[] packed) {
    if (name.isEmpty()) {
      absent = new ConcurrentHashMap<>();
    } else if (packed.length > 0) {
      kept.put(name, packed);
      BlockingRequest question = asked.get(name);
      if (question != null) {
        // a waiting thread may hold a lock that the reading thread needs before the answer comes
        question.end(null);
      }
    }
  }

  /** A class that a parent sent. */
  @Override
  public void receive(Message message) {
    Decoder d = new Decoder(router, message);
    keep(d.text(), d.bytes());
  }

  /** A class's bytes, from here or from the parent; null where the parent has none. */
  public byte[] apply(String name) {
    byte[] packed = ask(name);
    if (packed == null) {
      return null;
    }
    if (packed[0] != 0) {
      return router.extension().unpack(name, packed);
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setDictionary(dictionary);
      inflater.setInput(packed, 4, packed.length - 4);
      byte[] classFile = new byte[Header.getInt(packed, 0)];
      inflater.inflate(classFile);
      return classFile;
    } catch (java.util.zip.DataFormatException e) {
      throw new IllegalArgumentException(name, e);
    } finally {
      inflater.end();
    }
  }

  /** A class as it travels, from here or from the parent; null where the parent has none. */
  public byte[] ask(String name) {
    Map<String, byte[]> none =
        absent; // what is learned later of more classes is not about this answer
    if (!kept.containsKey(name)
        && !none.containsKey(name)
        && router.parent != null
        && !name.startsWith("java.")) {
      Encoder e = new Encoder(router, true);
      e.text(name);
      BlockingRequest question = new BlockingRequest(router);
      asked.put(name, question);
      try {
        if (!kept.containsKey(name)) {
          Message answer = question.ask(Handle.CLASS, e);
          if (answer != null) {
            byte[] packed = new Decoder(router, answer).bytes();
            keep(name, packed);
            if (!kept.containsKey(name)) { // there is none, and it is not asked for again
              none.put(name, packed);
            }
          }
        }
      } catch (DeadException lost) {
        // not a LinkageError: those the JVM remembers for ever
        throw new Error("can't load " + name + ": " + lost.getMessage(), lost);
      } finally {
        asked.remove(name, question);
      }
    }
    return kept(name);
  }
}
