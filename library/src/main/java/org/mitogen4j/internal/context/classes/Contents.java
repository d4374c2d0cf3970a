package org.mitogen4j.internal.context.classes;

import org.mitogen4j.internal.kernel.ClassCache;
import org.mitogen4j.internal.kernel.Decoder;
import org.mitogen4j.internal.kernel.Handler;
import org.mitogen4j.internal.kernel.Message;

/**
 * Pieces and lists of the program's files, as they travel: a bounded number of bytes. What was used
 * least recently is dropped, and asked for again when it is needed. Equal content that came under
 * several names is kept once, by the identity that the parent tells. Thread safe; a reading thread
 * may use it.
 */
public final class Contents {
  /** The part of the room that is for the identities of names. */
  private static final int NAMES_PART = 16;

  /** Contents by their identity; those without one by their name. */
  private final RecentBytes bytes;

  private final Identities identities;

  /** Identities by name. */
  private static final class Identities extends BoundedCache<String> {
    Identities(long maxBytes) {
      super(maxBytes);
    }

    @Override
    protected long size(String identity) {
      return 2L * identity.length();
    }
  }

  public Contents(long maxBytes) {
    identities = new Identities(maxBytes / NAMES_PART);
    bytes = new RecentBytes(maxBytes - maxBytes / NAMES_PART);
  }

  /** Null where it is not here, or no more. */
  public byte[] get(String name) {
    String identity = identities.get(name);
    return bytes.get(identity == null ? name : identity);
  }

  /** Keeps content that has no identity. */
  public void put(String name, byte[] content) {
    bytes.put(name, content);
  }

  /** The identity of content that was got under a name; null if it has none. */
  public String identity(String name, byte[] content) {
    String identity = identities.get(name);
    return identity != null && bytes.get(identity) == content ? identity : null;
  }

  /**
   * Keeps what a parent sent under a name.
   *
   * @param content no bytes where equal content came before
   * @param identity empty for none
   * @return the content; no bytes if there is none of that name, null if it came before and was
   *     dropped since, so that it is to be asked for again
   */
  public byte[] keep(String name, byte[] content, String identity) {
    if (identity.isEmpty()) {
      if (content.length > 0) {
        put(name, content);
      }
      return content;
    }
    identities.put(name, identity);
    byte[] known = bytes.get(identity);
    if (known == null && content.length > 0) {
      bytes.put(identity, content);
      return content;
    }
    return known;
  }

  /** The handler for what parents push: contents are kept here, all else by the kernel. */
  public Handler pushed(ClassCache classes) {
    return new Handler() {
      @Override
      public void receive(Message m) {
        Decoder d = new Decoder(null, m);
        String name = d.text();
        byte[] content = ResourceKey.isContent(name) ? d.bytes() : null;
        if (content != null && d.left() > 0) {
          keep(name, content, d.text());
        } else {
          classes.receive(m);
        }
      }
    };
  }
}
